import { createHash } from "node:crypto";

/** A statement's text, and the name under which every connection prepares it once. */
export interface Statement {
  readonly text: string;
  readonly name: string;
}

/** The name is the text's own, so that two stores with other table names never share one. */
export const statement = (text: string): Statement => ({
  text,
  name: `denizen_${createHash("sha256").update(text).digest("hex").slice(0, 24)}`,
});

/** Makes each statement once, however often it is asked for. */
export function memoized<Key extends string>(make: (key: Key) => string): (key: Key) => Statement {
  const made = new Map<Key, Statement>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = statement(make(key));
    made.set(key, fresh);
    return fresh;
  };
}

/** Rows that travel as one JSON parameter: `from recordset('$1', "id text, …") as r`. The cast keeps the parameter's type fixed. */
export const recordset = (parameter: string, columns: string, alias = "r"): string =>
  `jsonb_to_recordset(${parameter}::text::jsonb) as ${alias}(${columns})`;

export const XID = "pg_current_xact_id()::text::bigint";
