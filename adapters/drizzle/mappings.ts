import { ConfigurationError } from "denizen";
import type { AggregateChange } from "denizen/ports";
import { sqlTable } from "./mapping.js";
import type { Mapping, Row, SqlTable } from "./mapping.js";
import type { Columns } from "./rows.js";

interface Mapped {
  readonly kind: string;
  readonly mapping: Mapping;
  readonly tables: Readonly<Record<string, SqlTable>>;
}

/** What a section of a flush writes: rows of these columns, or keys to delete. */
interface MappedSection {
  readonly table: SqlTable;
  readonly kind: string;
  readonly columns: Columns;
}

/** The kinds of aggregates that have tables of their own. Made once, with the store. */
export class Mappings {
  readonly #mapped: ReadonlyMap<string, Mapped>;
  readonly #tables = new Map<string, MappedSection>();

  constructor(mappings: Readonly<Record<string, Mapping<never>>>) {
    this.#mapped = new Map(
      Object.entries(mappings).map(([kind, mapping]) => {
        if (!/^[a-z][a-z0-9-]*$/.test(kind)) throw new ConfigurationError([`mappings: ${JSON.stringify(kind)} is no kind of aggregate`]);
        const tables = Object.fromEntries(Object.entries(mapping.tables).map(([name, table]) => [name, sqlTable(table)]));
        // A mapping is only ever given states of its own kind.
        return [kind, { kind, mapping: mapping, tables }];
      }),
    );
    for (const { kind, tables } of this.#mapped.values()) {
      for (const [name, table] of Object.entries(tables)) {
        const columns = Object.fromEntries(table.columns.map((column) => [column.name, column.type]));
        const key = Object.fromEntries(Object.entries(columns).filter(([column]) => table.key.includes(column)));
        this.#tables.set(`with:${kind}.${name}`, { table, kind, columns: { _id: "text", ...columns } });
        this.#tables.set(`without:${kind}.${name}`, { table, kind, columns: { _id: "text", ...key } });
      }
    }
  }

  isMapped(kind: string): boolean {
    return this.#mapped.has(kind);
  }

  of(kind: string): Mapped | undefined {
    return this.#mapped.get(kind);
  }

  /** The table behind a section's key. */
  table(key: string): MappedSection {
    const found = this.#tables.get(key);
    // Keys come from `differences` alone.
    if (found === undefined) throw new TypeError(`no mapped table ${key}`);
    return found;
  }

  /** What changed in the mapped tables: rows to write over, and rows to delete. */
  differences(changes: readonly AggregateChange[]): readonly { readonly key: string; readonly rows: readonly Row[] }[] {
    return [...this.#mapped.values()].flatMap(({ kind, mapping, tables }) => {
      const states = changes.filter((change) => change.kind === kind);
      if (states.length === 0) return [];
      const written = states.map(({ id, before, after }) => ({
        id,
        before: before === undefined ? {} : mapping.write(before),
        after: mapping.write(after),
      }));
      return Object.entries(tables).flatMap(([name, table]) => [
        {
          key: `without:${kind}.${name}`,
          rows: written.flatMap(({ id, before, after }) =>
            gone(before[name] ?? [], after[name] ?? [], table).map((row) => ({ _id: id, ...row })),
          ),
        },
        {
          key: `with:${kind}.${name}`,
          rows: written.flatMap(({ id, before, after }) =>
            fresh(before[name] ?? [], after[name] ?? []).map((row) => ({ _id: id, ...row })),
          ),
        },
      ]);
    });
  }
}

const keyOf = (row: Row, { key }: SqlTable): string => JSON.stringify(key.map((column) => row[column]));

/** Of the rows that were there, the keys of those that are not any more. */
function gone(before: readonly Row[], after: readonly Row[], table: SqlTable): readonly Row[] {
  if (before.length === 0) return [];
  const kept = new Set(after.map((row) => keyOf(row, table)));
  return before
    .filter((row) => !kept.has(keyOf(row, table)))
    .map((row) => Object.fromEntries(table.key.map((column) => [column, row[column] ?? null])));
}

/** Of the rows that are there, those that are new or different. */
function fresh(before: readonly Row[], after: readonly Row[]): readonly Row[] {
  if (before.length === 0) return after;
  const known = new Set(before.map((row) => JSON.stringify(row)));
  return after.filter((row) => !known.has(JSON.stringify(row)));
}
