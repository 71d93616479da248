/** The columns of rows that travel as parameters, by name, with their types. */
export type Columns = Readonly<Record<string, string>>;

/** Columns as a definition of a recordset's. */
export const listed = (columns: Columns): string =>
  Object.entries(columns)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(", ");

/** So many rows travel as parameters: of more, the parameters cost both sides what JSON does. */
export const AS_PARAMETERS = 2;

/** Rows whose columns are parameters, from the number `first` on, as the `r` of `recordset`: for the server half the work of JSON. */
export function parameterRows(first: number, columns: Columns, count: number): string {
  const types = Object.values(columns);
  const rows = Array.from({ length: count }, (_, row) => {
    const cells = types.map((type, index) => `$${first + row * types.length + index}::text::${type}`);
    return `(${[...cells, row + 1].join(", ")})`;
  });
  const names = Object.keys(columns).map((name) => `"${name}"`);
  return `(values ${rows.join(", ")}) as r (${[...names, "ordinality"].join(", ")})`;
}

/** The values of `parameterRows`; none when there are more, or when one could be read there as something else than from JSON. */
export function cellsOf(columns: Columns, rows: readonly object[]): readonly (string | null)[] | undefined {
  if (rows.length > AS_PARAMETERS) return undefined;
  const cells = rows.flatMap((row) => {
    const given = new Map<string, unknown>(Object.entries(row));
    return Object.entries(columns).map(([name, type]) => cellOf(type, given.get(name) ?? null));
  });
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
