import { err, invalidArgument, ok } from "denizen";
import type { CursorInvalid, Result } from "denizen";
import { sql } from "drizzle-orm";
import { ask } from "./ask.js";
import { ofReading } from "./errors.js";
import type { Meaning, TableFailure } from "./errors.js";
import { listed, rowFields } from "./one-row.js";
import { beyond, cursorInvalid, cursorOf, orderBy, pageIn, placeOf } from "./page.js";
import type { Shape } from "./shape.js";
import { conditionIn, entriesIn } from "./where.js";

/** A row, and its place in the order. */
interface Read {
  readonly row: object;
  readonly place: Readonly<Record<string, string>>;
}

const INPUT = ["where", "order", "direction", "limit", "after"];

/** A page after a row is found by an index on its order; one more row than it holds tells whether there is a next one. */
export async function list(
  unit: unknown,
  shape: Shape,
  input: unknown,
): Promise<Result<{ readonly items: readonly object[]; readonly next: string | null }, TableFailure | CursorInvalid>> {
  const said = entriesIn(input);
  if (said === undefined || [...said.keys()].some((name) => !INPUT.includes(name))) {
    return err(invalidArgument("input", `must be an object of ${INPUT.join(", ")}`));
  }
  const where = conditionIn(shape, said.has("where") ? said.get("where") : {});
  if (where.isErr()) return err(where.error);
  const page = pageIn(shape, said);
  if (page.isErr()) return err(page.error);
  const { after, limit } = page.value;
  const conditions = [...(where.value.sql ? [where.value.sql] : []), ...(after ? [beyond(page.value, after)] : [])];
  const filter = conditions.length === 0 ? sql`` : sql` where ${sql.join(conditions, sql` and `)}`;
  const most = limit === undefined ? sql`` : sql` limit ${limit + 1}`;
  const places = placeOf(page.value);
  const refused: Meaning<TableFailure | CursorInvalid> = (failure, table) =>
    after !== undefined && failure.code.startsWith("22") ? cursorInvalid() : ofReading(failure, table);
  const answered = await ask(unit, shape, {
    say: () =>
      sql`select ${sql.join([listed(shape.columns), ...places], sql`, `)} from ${shape.table}${filter} order by ${orderBy(page.value)}${most}`,
    answer: [...rowFields(shape, "row"), ...places.map((field, index) => ({ path: ["place", `${index}`], field }))],
    writes: false,
    raw: where.value.raw,
    meaning: refused,
  });
  if (answered.isErr()) return err(answered.error);
  // By the fields above.
  const rows = answered.value as readonly Read[];
  const shown = limit === undefined ? rows : rows.slice(0, limit);
  const last = shown.length < rows.length ? shown.at(-1) : undefined;
  return ok({ items: shown.map(({ row }) => row), next: last ? cursorOf(page.value, Object.values(last.place)) : null });
}
