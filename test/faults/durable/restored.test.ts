import type postgresJs from "postgres";
import { expect, test } from "vitest";
import { arena, caughtUp, isShort, report, until } from "../support/arena.js";
import { stop } from "../support/havoc.js";
import { ledger, unwritten } from "../support/ledger.js";

const COMMITS = isShort ? 900 : 10_000;
const BEACONS = 30;

/** Every row of every table, and where the sequences stand: what a dump holds. */
async function copy(from: postgresJs.Sql, to: postgresJs.Sql): Promise<void> {
  const tables = await from`select tablename as name from pg_tables where schemaname = 'public' order by 1`;
  for (const { name } of tables) {
    const rows = await from.unsafe(`select to_jsonb(t)::text as row from "${name}" t`);
    await to.unsafe(`truncate "${name}"`);
    for (let at = 0; at < rows.length; at += 1000) {
      const chunk = `[${rows
        .slice(at, at + 1000)
        .map(({ row }) => String(row))
        .join(",")}]`;
      await to.unsafe(`insert into "${name}" select * from jsonb_populate_recordset(null::"${name}", $1::text::jsonb)`, [chunk]);
    }
  }
  const sequences = await from`select sequencename as name, last_value::text as last from pg_sequences where last_value is not null`;
  for (const { name, last } of sequences) await to`select setval(${name}::regclass, ${last}::bigint)`;
}

test("a log that is restored into a fresh cluster goes on where it was: nothing skipped, nothing out of order", async () => {
  const subscribers = [{ name: "notes", effect: "call", takes: [0, 3] }] as const;
  const options = { batch: 50, poll: 100, lease: 2000 };
  await using old = await arena();
  const worker = await old.start("worker", { name: "old", subscribers, options });
  await worker.says("ready");
  const beacons = await Promise.all(
    Array.from({ length: BEACONS }, async () => {
      let id: string | undefined;
      for (let commit = 0; commit < COMMITS / BEACONS; commit++) ({ id } = (await old.write.alone(id, 1))._unsafeUnwrap());
      return String(id);
    }),
  );
  await stop([worker]);
  const delivered = await ledger(old.sql, "notes");
  (await old.write.alone(beacons[0], 5))._unsafeUnwrap();
  const [wrote] = await old.sql`select pg_current_xact_id()::text as xid`;

  await using fresh = await arena();
  await copy(old.sql, fresh.sql);
  const [writes] = await fresh.sql`select pg_current_xact_id()::text as xid`;
  const workers = await Promise.all(["new", "newer"].map((name) => fresh.start("worker", { name, subscribers, options })));
  const writers = await Promise.all(
    ["red", "blue"].map((name) => fresh.start("writer", { name, lanes: 6, shared: beacons, hold: 50, pause: 5 })),
  );
  await until("the writers write", 20_000, async () => writers.every(({ said }) => said.length > 50));
  await stop(writers);
  const took = await caughtUp(fresh, 30_000);
  await stop(workers);

  const notes = await ledger(fresh.sql, "notes");
  const written = await unwritten(fresh.sql, writers);
  report(
    "restored into a fresh cluster",
    `transaction ids ${wrote?.["xid"]} before, ${writes?.["xid"]} after`,
    `${delivered.calls} events delivered before, ${notes.calls - delivered.calls} after`,
    `${written.acknowledged} new commits`,
    `${notes.lost} skipped`,
    `${notes.outOfOrder} inversions`,
    `${notes.twice} delivered twice`,
    `caught up in ${took} ms`,
  );
  expect(Number(writes?.["xid"])).toBeLessThan(Number(wrote?.["xid"]));
  expect(notes).toMatchObject({ lost: 0, outOfOrder: 0, backwards: 0, twice: 0 });
  expect(written.unwritten).toBe(0);
}, 180_000);
