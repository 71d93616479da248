import type { Json, LoadOptions, Lookup, StoredAggregate } from "denizen/ports";
import type { Run } from "./database.js";
import type { Row } from "./mapping.js";
import type { Mappings } from "./mappings.js";
import type { Names } from "./names.js";
import { memoized } from "./sql.js";

/** An aggregate as one JSON object: its head, and the rows of its mapped tables. `a` is the head's alias. */
export function aggregateJson(mappings: Mappings, kind: string): string {
  const tables = Object.entries(mappings.of(kind)?.tables ?? {}).map(([name, { name: table, aggregate, columns }]) => {
    const fields = columns.map((column) => `'${column.name}', t."${column.name}"`).join(", ");
    return `'${name}', (select json_agg(json_build_object(${fields})) from ${table} t where t.tenant = a.tenant and t."${aggregate}" = a.id)`;
  });
  const state = tables.length === 0 ? "'state', a.state" : `'rows', json_build_object(${tables.join(", ")})`;
  return `json_build_object('id', a.id, 'version', a.version, ${state})`;
}

/** What `aggregateJson` built. */
export interface Loaded {
  readonly id: string;
  readonly version: number;
  readonly state?: Json;
  readonly rows?: Readonly<Record<string, readonly Row[] | null>>;
}

/** The same with mapped rows folded into a state again. */
export function storedAggregate(mappings: Mappings, kind: string, { id, version, state = null, rows }: Loaded): StoredAggregate {
  const mapping = mappings.of(kind)?.mapping;
  if (mapping === undefined || rows === undefined) return { id, version, state };
  return { id, version, state: mapping.read(Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, list ?? []]))) };
}

/** What a look-up goes by; with the kind, all that a statement's text depends on. */
export const byOf = (lookup: Lookup): string => ("id" in lookup ? "id" : "identifier");

/** Which heads `a` a look-up means, with `$1` tenant, and after it those of `sought`. */
export const headsBy = ({ quoted: t }: Names, by: string): string =>
  by === "id"
    ? `${t.aggregates} a where a.tenant = $1::text and a.kind = $2::text and a.id = $3::text`
    : `${t.identifiers} i join ${t.aggregates} a on a.tenant = i.tenant and a.kind = i.aggregate and a.id = i.id
where i.tenant = $1::text and i.aggregate = $2::text and i.kind = $3::text and i.key = $4::text`;

export const sought = (lookup: Lookup): readonly string[] =>
  "id" in lookup ? [lookup.kind, lookup.id] : [lookup.kind, lookup.identifier.kind, lookup.identifier.key];

/** How many parameters come before those that a text has of its own. */
export const before = (by: string): number => (by === "id" ? 3 : 4);

/** How often a lock is taken again when, by the time it was there, the identifier had gone to somebody else. */
const TRIES = 5;

/** Reads aggregates in one statement. A lock takes one of its own first: what waited for it must be read afresh. */
export function loader(names: Names, mappings: Mappings) {
  const locking = memoized((by: string) => `select a.id from ${headsBy(names, by)} order by a.id for update of a`);
  const reading = memoized((shape: string) => {
    const [by = "", kind = ""] = shape.split("\n");
    return `select ${aggregateJson(mappings, kind)}::text as json from ${headsBy(names, by)}
order by a.id limit $${before(by) + 1}::text::integer`;
  });

  async function read(run: Run, tenant: string, lookup: Lookup, limit: number): Promise<readonly StoredAggregate[]> {
    const select = reading(`${byOf(lookup)}\n${lookup.kind}`);
    const rows = await run(select, [tenant, ...sought(lookup), String(limit)]);
    return rows.map(({ json }) => storedAggregate(mappings, lookup.kind, JSON.parse(String(json)) as Loaded));
  }

  async function lockAndRead(run: Run, tenant: string, lookup: Lookup, limit: number): Promise<readonly StoredAggregate[]> {
    const lock = locking(byOf(lookup));
    for (let tries = 0; tries < TRIES; tries++) {
      const locked = new Set((await run(lock, [tenant, ...sought(lookup)])).map(({ id }) => id));
      const found = await read(run, tenant, lookup, limit);
      if (found.every(({ id }) => locked.has(id))) return found;
    }
    // As PostgreSQL says it: serialization_failure, run the block again.
    throw Object.assign(new Error("the identifier kept changing hands"), { code: "40001" });
  }

  return (run: Run, tenant: string, lookup: Lookup, { limit, lock }: LoadOptions): Promise<readonly StoredAggregate[]> =>
    lock === true ? lockAndRead(run, tenant, lookup, limit) : read(run, tenant, lookup, limit);
}
