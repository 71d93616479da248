import { bigint, boolean, check, index, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import { instant } from "./making.js";
import type { Making } from "./making.js";

/** How far durable subscribers have come in the log, and what waits for them. */
export const logTables = ({ table, prefix, pkey }: Making) => ({
  logEpoch: table(
    `${prefix}log_epoch`,
    {
      id: integer().notNull().default(1),
      /** What positions are ahead of this cluster's transaction ids. */
      shift: bigint({ mode: "bigint" })
        .notNull()
        .default(sql`0`),
      /** The highest position of what has been removed: the log reaches that far, too. */
      swept: bigint({ mode: "bigint" })
        .notNull()
        .default(sql`0`),
      /** When the server started for which all this has been looked at. */
      verified: instant("verified"),
    },
    (t) => [primaryKey({ name: pkey("log_epoch"), columns: [t.id] }), check(`${prefix}log_epoch_one`, sql`${t.id} = 1`)],
  ),
  subscribers: table(
    `${prefix}subscribers`,
    {
      name: text().notNull(),
      paused: boolean().notNull().default(false),
      enlistedAt: instant("enlisted_at").notNull(),
      /** Of what had to wait; the rest is counted where the cursors are. */
      delivered: bigint({ mode: "number" }).notNull().default(0),
    },
    (t) => [primaryKey({ name: pkey("subscribers"), columns: [t.name] })],
  ),
  cursors: table(
    `${prefix}cursors`,
    {
      subscriber: text().notNull(),
      partition: integer().notNull(),
      pos: bigint({ mode: "bigint" }).notNull(),
      seq: bigint({ mode: "bigint" }).notNull(),
      token: bigint({ mode: "bigint" })
        .notNull()
        .default(sql`0`),
      worker: text(),
      leaseUntil: instant("lease_until"),
      delivered: bigint({ mode: "number" }).notNull().default(0),
    },
    (t) => [primaryKey({ name: pkey("cursors"), columns: [t.subscriber, t.partition] })],
  ),
  deliveries: table(
    `${prefix}deliveries`,
    {
      subscriber: text().notNull(),
      tenant: text().notNull(),
      kind: text().notNull(),
      publisher: text().notNull(),
      pos: bigint({ mode: "bigint" }).notNull(),
      seq: bigint({ mode: "bigint" }).notNull(),
      eventId: text("event_id").notNull(),
      partition: integer().notNull(),
      attempts: integer().notNull(),
      /**
       * While it is being tried, when that lease ends; null for a dead letter, and for what was put behind another event until that is
       * through. What a replay put there has one, and waits all the same.
       */
      dueAt: instant("due_at"),
      deadAt: instant("dead_at"),
      errorCode: text("error_code"),
      errorMessage: text("error_message"),
      token: bigint({ mode: "bigint" })
        .notNull()
        .default(sql`0`),
      worker: text(),
    },
    (t) => [
      primaryKey({ name: pkey("deliveries"), columns: [t.subscriber, t.tenant, t.kind, t.publisher, t.pos, t.seq] }),
      index(`${prefix}deliveries_due`)
        .on(t.subscriber, t.dueAt)
        .where(sql`${t.dueAt} is not null`),
      index(`${prefix}deliveries_dead`)
        .on(t.pos, t.seq)
        .where(sql`${t.deadAt} is not null`),
      index(`${prefix}deliveries_event`).on(t.tenant, t.eventId, t.subscriber),
    ],
  ),
});
