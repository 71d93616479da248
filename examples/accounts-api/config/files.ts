import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";

/** What the files of one environment say: settings by name, whatever section they stand in, and everything that is wrong with them. */
export interface Files {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

export interface Names {
  /** What may be in a file at all. */
  readonly known: readonly string[];
  /** What may not be in a file that everybody reads. */
  readonly secret: readonly string[];
}

export const ENVIRONMENTS: readonly string[] = ["local", "dev", "prod"];

/** `config.toml`, which is kept with the code, and `.secrets.toml`, which is not. Nothing of what they hold is shown. */
export function filesOf(environment: string, folder: string, { known, secret }: Names): Files {
  if (!ENVIRONMENTS.includes(environment)) return { values: {}, problems: [`APP_ENV must be one of ${ENVIRONMENTS.join(", ")}`] };
  const [open, secrets] = ["config.toml", ".secrets.toml"].map((name) => fileOf(join(folder, environment, name), known));
  const exposed = secret.filter((name) => open?.values[name] !== undefined);
  return {
    values: { ...open?.values, ...secrets?.values },
    problems: [
      ...(open?.problems ?? []),
      ...exposed.map((name) => `config.toml: ${name} is a secret, and belongs into .secrets.toml`),
      ...(secrets?.problems ?? []),
    ],
  };
}

function fileOf(path: string, known: readonly string[]): Files {
  if (!existsSync(path)) return { values: {}, problems: [] };
  const name = path.slice(path.lastIndexOf("/") + 1);
  const said = leavesOf(path);
  if (said === undefined) return { values: {}, problems: [`${name} is not TOML`] };
  const names = said.map(([key]) => key);
  return {
    values: Object.fromEntries(said),
    problems: [
      ...names.filter((key) => !known.includes(key)).map((key) => `${name}: there is no setting ${key}`),
      ...names.filter((key, index) => names.indexOf(key) < index).map((key) => `${name}: ${key} stands there twice`),
    ],
  };
}

function leavesOf(path: string): readonly (readonly [string, string])[] | undefined {
  try {
    return leaves(parse(readFileSync(path, "utf8")));
  } catch {
    // The parser's message shows the line, which may hold a secret.
    return undefined;
  }
}

const leaves = (table: object): readonly (readonly [string, string])[] =>
  Object.entries(table).flatMap(([name, value]: [string, unknown]) => (isTable(value) ? leaves(value) : [[name, String(value)] as const]));

const isTable = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
