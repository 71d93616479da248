import { err, invalidArgument, ok } from "denizen";
import type { InvalidArgument, Result } from "denizen";
import { is, SQL } from "drizzle-orm";
import type { Shape } from "./shape.js";
import { accepts } from "./values.js";
import { entriesIn } from "./where.js";

export interface Said {
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether an expression of the caller's is among them. */
  readonly raw: boolean;
}

/** Reads the values of a row, by column; `undefined` is as if it were left out. */
export function saidIn({ columns }: Shape, argument: string, input: unknown): Result<Said, InvalidArgument> {
  const entries = entriesIn(input);
  if (entries === undefined) return err(invalidArgument(argument, "must be an object of columns"));
  const said = [...entries].filter(([, value]) => value !== undefined);
  for (const [name, value] of said) {
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (column === undefined) return err(invalidArgument(argument, "has what is no column"));
    // Drizzle leaves these out without a word, or PostgreSQL refuses them.
    const isMade = column.generated !== undefined || column.generatedIdentity?.type === "always";
    if (isMade || (value !== null && !is(value, SQL) && !accepts(column, value))) {
      return err(invalidArgument(`${argument}.${name}`, "is nothing that this column can have"));
    }
  }
  return ok({ values: Object.fromEntries(said), raw: said.some(([, value]) => is(value, SQL)) });
}
