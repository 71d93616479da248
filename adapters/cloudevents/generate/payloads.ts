import { fileURLToPath } from "node:url";
import ts from "typescript";
import { accountEvents, challengeEvents, proofEvents, sessionEvents, userEvents } from "denizen";
import type { EventDefinitions } from "denizen";
import { documentation, schemaOf } from "./schema-of.js";
import type { Schema } from "./schema-of.js";

/** One type of event: what the compiler knows of its payload, and what its definition says at run time. */
export interface Published {
  readonly type: string;
  readonly version: number;
  readonly personal: readonly string[];
  readonly payload: Schema;
}

const ROOT = new URL("../../../", import.meta.url);

/** Where each set of definitions is declared. */
const DECLARED: Readonly<Record<string, { readonly file: string; readonly definitions: EventDefinitions }>> = {
  userEvents: { file: "src/users/events.ts", definitions: userEvents },
  proofEvents: { file: "src/users/events.ts", definitions: proofEvents },
  challengeEvents: { file: "src/users/challenges/events.ts", definitions: challengeEvents },
  accountEvents: { file: "src/accounts/events.ts", definitions: accountEvents },
  sessionEvents: { file: "src/accounts/events.ts", definitions: sessionEvents },
};

/** All events of denizen's own, by type. */
export function publishedEvents(): readonly Published[] {
  const paths = Object.values(DECLARED).map(({ file }) => pathOf(file));
  const program = ts.createProgram([...new Set(paths)], compilerOptions());
  const checker = program.getTypeChecker();
  return Object.entries(DECLARED)
    .flatMap(([name, { file, definitions }]) => {
      const source = program.getSourceFile(pathOf(file));
      const module = source && checker.getSymbolAtLocation(source);
      const declared = module && checker.getExportsOfModule(module).find((symbol) => symbol.name === name);
      if (declared === undefined) throw new Error(`there is no ${name} in ${file}`);
      return checker.getPropertiesOfType(checker.getTypeOfSymbol(declared)).map((event): Published => {
        const definition = definitions[event.name];
        // `EventDefinition<Payload, Personal>`: the interface is always written out.
        const [payload] = checker.getTypeArguments(checker.getTypeOfSymbol(event) as ts.TypeReference);
        if (definition === undefined || payload === undefined) throw new Error(`${event.name} is no event definition`);
        const { version, personal } = definition;
        return { type: event.name, version, personal, payload: { ...documentation(event, checker), ...schemaOf(payload, checker) } };
      });
    })
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}

const pathOf = (file: string): string => fileURLToPath(new URL(file, ROOT));

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(pathOf("tsconfig.json"), (path) => ts.sys.readFile(path)) as { config: { compilerOptions: object } };
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, fileURLToPath(ROOT)).options;
}
