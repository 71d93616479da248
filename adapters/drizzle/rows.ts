/** The columns of rows that travel as parameters, by name, with their types. */
export type Columns = Readonly<Record<string, string>>;

/** Columns as a definition of a recordset's. */
export const listed = (columns: Columns): string =>
  Object.entries(columns)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(", ");

/** One row whose columns are parameters, from the number `first` on, as the `r` of `recordset`: for the server half the work of JSON. */
export const oneRow = (first: number, columns: Columns): string =>
  `(select ${Object.entries(columns)
    .map(([name, type], index) => `$${first + index}::text::${type} as "${name}"`)
    .join(", ")}, 1 as ordinality) as r`;

/** The values of `oneRow`; none when one of them could be read there as something else than from JSON. */
export function cellsOf(columns: Columns, row: object): readonly (string | null)[] | undefined {
  const given = new Map<string, unknown>(Object.entries(row));
  const cells = Object.entries(columns).map(([name, type]) => cellOf(type, given.get(name) ?? null));
  return cells.every((cell) => cell !== undefined) ? cells : undefined;
}

/** Types that are read from any text alike. A length, say, is enforced on what comes from JSON, and cuts what is cast. */
const PLAIN: ReadonlySet<string> = new Set(["text", "integer", "bigint", "boolean", "timestamptz", "timestamp with time zone"]);

function cellOf(type: string, value: unknown): string | null | undefined {
  if (type === "jsonb") return value === null ? null : JSON.stringify(value);
  if (!PLAIN.has(type)) return undefined;
  if (value === null || typeof value === "string") return value;
  return typeof value === "boolean" || Number.isSafeInteger(value) ? JSON.stringify(value) : undefined;
}
