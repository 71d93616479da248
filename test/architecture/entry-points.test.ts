import ts from "typescript";
import { describe, expect, test } from "vitest";
import { parse, read } from "./modules.js";

interface Exports {
  readonly values: readonly string[];
  readonly types: readonly string[];
  /** What an entry point does not do: `export *`, values and types in one list, a declaration of its own that is not named at once. */
  readonly faults: readonly string[];
}

function exportsOf(path: string, text: string): Exports {
  const [values, types, faults]: [string[], string[], string[]] = [[], [], []];
  for (const statement of parse(path, text).statements) {
    if (ts.isExportDeclaration(statement)) {
      if (statement.exportClause === undefined || !ts.isNamedExports(statement.exportClause)) faults.push(statement.getText());
      else
        for (const { name, isTypeOnly } of statement.exportClause.elements) {
          if (isTypeOnly) faults.push(statement.getText());
          (statement.isTypeOnly ? types : values).push(name.text);
        }
    } else if (ts.isExportAssignment(statement)) faults.push(statement.getText());
    else if (ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) {
      if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) types.push(statement.name.text);
      else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) values.push(statement.name?.text ?? "default");
      else faults.push(statement.getText());
    }
  }
  return { values: values.sort(), types: types.sort(), faults };
}

const entryPoints = Object.keys((JSON.parse(read("package.json")) as { exports: object }).exports).filter(
  // What is no module.
  (key) => key !== "./package.json" && key !== "./schemas/*",
);
const sourceOf = (entry: string): string => {
  if (entry === ".") return "src/index.ts";
  const name = entry.slice(2);
  return name === "ports" || name === "testing" ? `src/${name}/index.ts` : `adapters/${name}/index.ts`;
};

describe.each(entryPoints)("%s", (entry) => {
  const exports = (): Exports => exportsOf(sourceOf(entry), read(sourceOf(entry)));

  test("names what it exports, values and types apart", () => {
    expect(exports().faults).toEqual([]);
  });

  test("exports these values and types", () => {
    const { values, types } = exports();
    expect({ values, types }).toMatchSnapshot();
  });

  test("has no value that is not named", async () => {
    const loaded = (await import(entry === "." ? "denizen" : `denizen/${entry.slice(2)}`)) as object;
    expect(Object.keys(loaded).sort()).toEqual(exports().values);
  });
});

test("every adapter is an entry point, and each is built", () => {
  const build = read("tsup.config.ts");
  for (const entry of entryPoints) expect(build).toContain(`"${sourceOf(entry)}"`);
  const adapters = ts.sys.readDirectory("adapters", [".ts"], undefined, ["*/index.ts"]).map((path) => path.split("/").at(-2));
  expect(adapters.map((name) => `./${String(name)}`).filter((entry) => !entryPoints.includes(entry))).toEqual([]);
});

test.each([
  'export * from "./user.js";',
  'export * as users from "./user.js";',
  'export { User, type UserState } from "./user.js";',
  "export default class {}",
  "export const one = 1, two = 2;",
])("%s is not how an entry point exports", (text) => {
  const { faults, values } = exportsOf("src/index.ts", text);
  expect([...faults, ...values.filter((name) => name === "default")]).not.toEqual([]);
});
