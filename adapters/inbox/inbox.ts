import { rowsOf } from "./database.js";
import type { InboxDatabase } from "./database.js";
import { isText, settingsOf } from "./options.js";
import type { InboxOptions } from "./options.js";

export interface Inbox {
  /** The SQL of the table. It may be run again and again. */
  readonly migration: string;
  /**
   * Whether this consumer sees the message for the first time: then handle it, in the same transaction. What the transaction does and
   * the note that it was done are committed together, or not at all. A message that is in work elsewhere is waited for; in a transaction
   * that is more isolated than `read committed` PostgreSQL then refuses it (40001), as it does others: begin again.
   *
   * Rejects with the driver's error when the database fails, and with a `TypeError` when the id is no text of 1 to 512 characters.
   */
  firstTime(transaction: InboxDatabase, messageId: string): Promise<boolean>;
  /**
   * Forgets what this consumer saw longer ago than so many milliseconds, by the database's clock; answers how many. Keep them for
   * longer than a message can be delivered again. Rejects as `firstTime` does.
   */
  sweep(database: InboxDatabase, olderThan: number): Promise<number>;
}

/**
 * For a service that consumes events: brokers deliver at least once, and with this each message has its effect once. It needs
 * PostgreSQL and nothing of denizen. As message id take the event's: `id` of a CloudEvent, `Nats-Msg-Id`, `messageId`.
 *
 * Throws `ConfigurationError` when an option makes no sense.
 */
export function inbox(options: InboxOptions): Inbox {
  const { consumer, table } = settingsOf(options);
  return Object.freeze({
    migration: `create table if not exists ${table} (
  consumer text not null,
  message_id text not null,
  seen_at timestamptz not null default now(),
  primary key (consumer, message_id)
);`,
    firstTime: async (transaction: InboxDatabase, messageId: string) => {
      if (!isText(messageId, 512)) throw new TypeError("inbox: the message id must be a text of 1 to 512 characters");
      const pieces = [`insert into ${table} (consumer, message_id) values (`, ", ", ") on conflict do nothing returning 1 as seen"];
      return (await rowsOf(transaction, { pieces, values: [consumer, messageId] })).length > 0;
    },
    sweep: async (database: InboxDatabase, olderThan: number) => {
      if (!Number.isFinite(olderThan) || olderThan < 0) throw new TypeError("inbox: olderThan must be a number of milliseconds");
      const pieces = [
        `with swept as (delete from ${table} where consumer = `,
        " and seen_at < now() - ",
        "::interval returning 1) select count(*)::int as swept from swept",
      ];
      const rows = await rowsOf(database, { pieces, values: [consumer, `${Math.floor(olderThan)} milliseconds`] });
      // The one row of a count.
      return (rows as readonly [{ readonly swept: number }])[0].swept;
    },
  });
}
