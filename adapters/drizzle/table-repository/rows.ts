import { domainError, err, invalidArgument, ok } from "denizen";
import type { Result } from "denizen";
import { sql } from "drizzle-orm";
import type { SQLWrapper } from "drizzle-orm";
import { ask } from "./ask.js";
import type { Connected } from "./unit.js";
import { ofDeleting, ofDropping, ofReading, ofWriting } from "./errors.js";
import type {
  CreateRowError,
  DeleteRowError,
  Meaning,
  MultipleRows,
  RetrieveRowError,
  RowInvalid,
  RowNotFound,
  TableFailure,
  TableInUse,
  UpdateRowError,
} from "./errors.js";
import { COUNT, isFound, listed, rowFields, toOne, toOneFields } from "./one-row.js";
import { saidIn } from "./said.js";
import type { Shape } from "./shape.js";
import { conditionIn, rowIn } from "./where.js";
import type { Condition } from "./where.js";

export async function create(unit: unknown, shape: Shape, input: unknown): Promise<Result<object, CreateRowError>> {
  const said = saidIn(shape, "values", input);
  if (said.isErr()) return err(said.error);
  const { values, raw } = said.value;
  const answered = await ask(unit, shape, {
    say: (database) => database.insert(shape.table).values(values).returning(shape.key),
    answer: rowFields({ columns: shape.key }),
    writes: true,
    raw,
    meaning: ofWriting,
  });
  if (answered.isErr()) return err(answered.error);
  const [key] = answered.value;
  return key === undefined ? err(keptOut(shape)) : ok(key);
}

export async function retrieve(unit: unknown, shape: Shape, where: unknown): Promise<Result<object, RetrieveRowError>> {
  const condition = rowIn(shape, where);
  if (condition.isErr()) return err(condition.error);
  const answered = await ask(unit, shape, {
    say: () => sql`select ${listed(shape.columns)} from ${shape.table} where ${condition.value.sql} limit 2`,
    answer: rowFields(shape),
    writes: false,
    raw: condition.value.raw,
    meaning: ofReading,
  });
  if (answered.isErr()) return err(answered.error);
  return only(shape, answered.value[0], answered.value.length);
}

export async function update(unit: unknown, shape: Shape, where: unknown, changes: unknown): Promise<Result<object, UpdateRowError>> {
  const condition = rowIn(shape, where);
  if (condition.isErr()) return err(condition.error);
  const said = saidIn(shape, "changes", changes);
  if (said.isErr()) return err(said.error);
  const { values, raw } = said.value;
  if (Object.keys(values).length === 0) return err(invalidArgument("changes", "must say what is changed"));
  const set = (database: Connected) => database.update(shape.table).set(values).where(isFound(shape)).returning();
  return change(unit, shape, { ...condition.value, raw: raw || condition.value.raw }, "no key update", set, ofWriting);
}

export async function remove(unit: unknown, shape: Shape, where: unknown): Promise<Result<object, DeleteRowError>> {
  const condition = rowIn(shape, where);
  if (condition.isErr()) return err(condition.error);
  const remove = (database: Connected) => database.delete(shape.table).where(isFound(shape)).returning();
  return change(unit, shape, condition.value, "update", remove, ofDeleting);
}

async function change<E>(
  unit: unknown,
  shape: Shape,
  { sql: where, raw }: Condition,
  hold: "update" | "no key update",
  say: (database: Connected) => SQLWrapper,
  meaning: Meaning<E>,
): Promise<Result<object, E | TableFailure | RowNotFound | MultipleRows>> {
  const answered = await ask(unit, shape, {
    say: (database) => toOne(shape, where ?? sql`false`, hold, say(database)),
    answer: toOneFields(shape),
    writes: true,
    raw,
    meaning,
  });
  if (answered.isErr()) return err(answered.error);
  // By the fields of `toOneFields`.
  const [{ found, row } = { found: 0, row: {} }] = answered.value as readonly { readonly found: number; readonly row: object }[];
  // A trigger may keep it from being changed: its key is null then.
  const changed = Object.keys(shape.key).some((name) => Reflect.get(row, name) !== null);
  return only(shape, changed ? row : undefined, found);
}

export async function count(unit: unknown, shape: Shape, where: unknown): Promise<Result<number, TableFailure>> {
  const condition = conditionIn(shape, where);
  if (condition.isErr()) return err(condition.error);
  const filter = condition.value.sql === undefined ? sql`` : sql` where ${condition.value.sql}`;
  const answered = await ask(unit, shape, {
    say: () => sql`select count(*)::text from ${shape.table}${filter}`,
    answer: [{ path: ["count"], field: COUNT }],
    writes: false,
    raw: condition.value.raw,
    meaning: ofReading,
  });
  // Counted by the one field above.
  return answered.map(([counted]) => (counted as { readonly count: number }).count);
}

/** Without waiting: who waits for a table keeps everybody else from it who comes later. */
export async function drop(unit: unknown, shape: Shape): Promise<Result<void, TableFailure | TableInUse>> {
  const { table } = shape;
  const answered = await ask(unit, shape, {
    say: () => sql`do $denizen$ begin lock table ${table} in access exclusive mode nowait; drop table ${table}; end $denizen$`,
    answer: [],
    writes: true,
    raw: true,
    meaning: ofDropping,
  });
  return answered.map(() => undefined);
}

function only(shape: Shape, row: object | undefined, found: number): Result<object, RowNotFound | MultipleRows> {
  if (found > 1) return err(domainError("multiple-rows", "this is true of more than one row", { table: shape.name }));
  return row === undefined ? err(notFound(shape)) : ok(row);
}

const notFound = ({ name }: Shape): RowNotFound => domainError("row-not-found", "there is no such row", { table: name });

/** By a trigger of the host's. */
const keptOut = ({ name }: Shape): RowInvalid =>
  domainError("row-invalid", "the database kept this row out", { table: name, constraint: "", column: "" });
