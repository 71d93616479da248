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

/**
 * Rows that travel as one JSON parameter, as `r`, in the order in which they came (`r.ordinality`). The cast keeps the
 * parameter's type fixed. PostgreSQL takes a set from JSON for a hundred rows, and reads whole tables to join them; `most` tells
 * it that there are no more than these few.
 */
export const recordset = (parameter: string, columns: string, most?: string): string => {
  const rows = `rows from (jsonb_to_recordset(${parameter}::text::jsonb) as (${columns})) with ordinality as r`;
  return most === undefined ? rows : `(select r.* from ${rows} limit ${most}) as r`;
};

/** PostgreSQL writes an instant in the time zone of its session, and denizen in UTC. */
export const iso = (instant: string): string => new Date(instant).toISOString();

/** Parameters by name: how a text writes each, and their values in the order in which it numbers them, after so many others. */
export function parameters<Name extends string>(names: readonly Name[], before = 0) {
  return {
    // `fromEntries` forgets which keys it was given.
    text: Object.fromEntries(names.map((name, index) => [name, `$${before + index + 1}::text`])) as Readonly<Record<Name, string>>,
    values: (given: Readonly<Record<Name, string | null>>): readonly (string | null)[] => names.map((name) => given[name]),
  };
}
