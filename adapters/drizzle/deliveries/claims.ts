import type { Names } from "../names.js";

/**
 * Leases, due times and waits go by the database's clock: those of workers differ. `tick` is what a new token is made from: a
 * number that was never given before, neither for a row that is there anew nor by a server that crashed and has forgotten.
 */
export const CLOCK = "clock_timestamp() as at, floor(date_part('epoch', clock_timestamp()) * 1000000)::bigint as tick";

/**
 * Lets the statement's commit answer before it is on disk. What a crash of the server undoes is a claim, or how far a subscriber
 * has come: events are delivered once more. Never beside anything else.
 */
export const QUICK = "set_config('synchronous_commit', 'off', true) as quick";

/** The next token of a row, above all earlier ones. */
export const nextToken = (row: string): string => `greatest(${row}.token + 1, (select tick from clock))`;

/** Takes what waits, `d`, from whoever tries it, where that is so. */
export const freedIf = (condition: string): string => `token = case when ${condition} then ${nextToken("d")} else d.token end,
    worker = case when ${condition} then null else d.worker end,
    due_at = case when ${condition} and d.worker is not null then (select at from clock) else d.due_at end`;

export const FREED = freedIf("true");

/** When something that lasts so many milliseconds ends. */
export const after = (milliseconds: string): string =>
  `(select at from clock) + ${milliseconds}::double precision * interval '1 millisecond'`;

/**
 * As many rows, whichever these are. The planner must not know how many before: of a limit that it believes to be about all there
 * is, it reads everything first, and sorts.
 */
export const limitOf = (count: string): string => `limit (select ${count}::bigint)`;

/**
 * The order in which every statement locks what waits: first cursors by partition, then this. So nobody waits for anybody who waits
 * for him.
 */
export const lockOrder = (row: string): string =>
  ["tenant", "kind", "publisher", "pos", "seq"].map((column) => `${row}.${column}`).join(", ");

/** True, once all rows of a part of the statement have been written. */
export const once = (part: string): string => `(select count(*) from ${part}) >= 0`;

/** Whether two rows of deliveries are of one publisher, for one subscriber. */
export const samePublisher = (one: string, other: string): string =>
  ["subscriber", "tenant", "kind", "publisher"].map((column) => `${one}.${column} = ${other}.${column}`).join(" and ");

/** Whether `row` is the first of what waits of its publisher. */
export const isFirst = ({ quoted: t }: Names, row: string): string =>
  `(select true from ${t.deliveries} b where ${samePublisher("b", row)} and (b.pos, b.seq) < (${row}.pos, ${row}.seq) limit 1) is null`;

/**
 * Whether a row that is locked is the very one that was found before: where it had to be waited for, PostgreSQL looks at the
 * newest one. Not said as an equality, by which PostgreSQL would fetch the row, and not look again.
 */
export const isAsSeen = (row: string, seen: string): string => `(${row}.ctid <> ${seen}) is false`;

/** As PostgreSQL says it: serialization_failure, say the statement again. */
export const changedMeanwhile = (): Error => Object.assign(new Error("what waits has changed meanwhile"), { code: "40001" });
