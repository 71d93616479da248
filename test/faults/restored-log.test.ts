import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "denizen/ports";
import { crashingServer } from "./server.js";
import type { CrashingServer } from "./server.js";
import { serverUrl } from "../support/database.js";
import { drivers, open, servers } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { changes, commit, must, nameOf, Reader, record, trace, versionsOf } from "../drizzle/log-world.js";
import { burn, restored, rowsOf } from "../drizzle/restored.js";

const planet = (id: string, version: number) => ({ id, version });

/** A second cluster, where ids of transactions begin anew; those of the first are far higher. */
let young: CrashingServer;
let opened: Opened | undefined;
beforeAll(async () => {
  young = await crashingServer();
  const old = await open("postgres.js", { url: serverUrl() });
  await burn(old.database, 5000);
  await old.close();
});
afterAll(() => young.end());
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const clusters = {
  "far lower": () => ({ from: serverUrl(), to: young.url }),
  "far higher": () => ({ from: young.url, to: serverUrl() }),
};

/** Three versions of two planets and a trace, of which a subscriber has had some. */
async function write({ store }: Opened): Promise<void> {
  const reader = await new Reader(store).enlist();
  for (const version of [1, 2, 3]) await must(commit(store, planet("a", version), planet("b", version)));
  await must(trace(store, "somebody"));
  for (let read = 0; read === 0; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const taken = await reader.take(2);
    await reader.settle(taken);
    read = taken.batches.length;
  }
}

const highestOf = async ({ database }: Opened): Promise<number> =>
  Number((await rowsOf(database, "select max(pos)::text as pos from denizen_events"))[0]?.["pos"]);

/** Whatever it is that denizen does first after the restore. */
const firsts: Readonly<Record<string, (opened: Opened) => Promise<unknown>>> = {
  "a commit of a new aggregate": ({ store }) => must(commit(store, planet("c", 1))),
  "a commit of one that is older": ({ store }) => must(commit(store, planet("a", 4))),
  "a guard": ({ store }) => must(trace(store, "somebody else")),
  "a transaction, which is told to try again": ({ store }) => twice(store),
  "a transaction inside the host's, which is told to try again": ({ store, transaction }) =>
    transaction(async (tx) => {
      const join = store.join?.(tx);
      const begun = await must(join?.begin() ?? store.begin());
      const flushed = await begun.flush(changes(planet("a", 4)));
      await begun.rollback();
      expect(flushed.isErr() && flushed.error.code).toBe("store-busy");
    }),
  "a worker that asks what there is": async ({ store }) => {
    const reader = new Reader(store);
    await reader.settle(await reader.take(1));
  },
  "a new subscriber that begins now": ({ store }) => new Reader(store, "new").enlist("now"),
};

/** As an application does: the block is run again. */
async function twice(store: Store<unknown>, version = 4): Promise<void> {
  const first = await must(store.begin());
  const flushed = await first.flush(changes(planet("a", version)));
  await first.rollback();
  expect(flushed.isErr() && flushed.error.code).toBe("store-busy");
  const second = await must(store.begin());
  await must(second.flush(changes(planet("a", version))));
  await must(second.commit(record()));
}

describe("a log that is restored in another cluster", () => {
  const driver = "postgres.js";

  test.each(Object.entries(firsts))("goes on in order, nothing skipped, when the first to come is %s", async (_, first) => {
    opened = await restored(clusters["far lower"](), driver, write);
    const { store } = opened;
    const before = await highestOf(opened);
    const [xid] = await rowsOf(opened.database, "select pg_snapshot_xmax(pg_current_snapshot())::text as xid");
    expect(Number(xid?.["xid"])).toBeLessThan(before - 1000);
    await first(opened);
    const known = await must(store.load("default", { kind: "planet", id: "a" }, { limit: 1 }));
    for (let version = (known[0]?.version ?? 0) + 1; version <= 6; version++) await must(commit(store, planet("a", version)));
    await must(commit(store, planet("d", 1)));
    await must(trace(store, "late"));
    const written = await must(store.log.read({ tenant: "default", filter: {}, direction: "ascending", limit: 100 }));
    const had = await rowsOf(opened.database, "select sum(delivered)::int as events from denizen_cursors where subscriber = 'reader'");
    const seen = await new Reader(store).readAll(written.length - Number(had[0]?.["events"]));
    expect(seen).toHaveLength(written.length - Number(had[0]?.["events"]));
    expect(new Set(seen.map(({ event }) => event.id)).size).toBe(seen.length);
    for (const [id, versions] of Object.entries(versionsOf(seen)))
      if (versions[0] !== 0) expect(versions, id).toEqual(versions.map((__, index) => index + (versions[0] ?? 0)));
    expect(versionsOf(seen)["a"]?.at(-1)).toBe(6);
    for (const { event, position } of written.slice(7)) expect(Number(position.split(".")[0]), event.id).toBeGreaterThan(before);
  });

  test("goes on where ids of transactions are far higher, as if nothing had happened", async () => {
    opened = await restored(clusters["far higher"](), driver, write);
    const { store } = opened;
    const begun = await must(store.begin());
    await must(begun.flush(changes(planet("a", 4))));
    await must(begun.commit(record()));
    const seen = await new Reader(store).readAll(6);
    expect(seen.map(nameOf)).toContain("a.4");
    expect(versionsOf(seen)["a"]?.at(-1)).toBe(4);
    expect(await rowsOf(opened.database, "select shift::int as shift from denizen_log_epoch")).toEqual([{ shift: 0 }]);
  });

  test("20 who come at once raise it once: whoever had begun before writes beyond what there was", async () => {
    opened = await restored(clusters["far lower"](), driver, write);
    const { store, transaction } = opened;
    const before = await highestOf(opened);
    await transaction(async (tx) => {
      await tx.execute(sql`select pg_current_xact_id()`);
      await Promise.all(Array.from({ length: 20 }, (_, index) => must(commit(store, planet(`new ${index}`, 1)))));
      const late = await must(store.join?.(tx).begin() ?? store.begin());
      await must(late.flush(changes(planet("late", 1))));
      await must(late.commit(record()));
    });
    const lowest = await rowsOf(
      opened.database,
      `select min(pos)::text as pos from denizen_events where publisher like 'new%' or publisher = 'late'`,
    );
    expect(Number(lowest[0]?.["pos"])).toBeGreaterThan(before);
    const [last] = await rowsOf(opened.database, "select pos::text as pos from denizen_events where publisher = 'late'");
    expect(Number(last?.["pos"])).toBe(Number(lowest[0]?.["pos"]));
    expect((await new Reader(store).readAll(9)).map(nameOf)).toContain("late.1");
  });

  test("goes on also when its newest events had been swept", async () => {
    opened = await restored(clusters["far lower"](), driver, async (source) => {
      await write(source);
      await new Reader(source.store).readAll(5);
      expect(await must(source.store.retention.sweep({ what: "traces", before: "2027-01-01T00:00:00.000Z", limit: 10 }))).toBe(1);
      await rowsOf(source.database, "delete from denizen_events");
    });
    await must(commit(opened.store, planet("c", 1)));
    expect((await new Reader(opened.store).readAll(1)).map(nameOf)).toEqual(["c.1"]);
  });

  test("needs no row of the epoch's, which drizzle-kit does not make", async () => {
    opened = await restored(clusters["far lower"](), driver, write);
    await rowsOf(opened.database, "truncate denizen_log_epoch");
    await must(commit(opened.store, planet("c", 1)));
    expect((await new Reader(opened.store).readAll(6)).map(nameOf)).toContain("c.1");
  });
});

test.each(drivers)("a log of another cluster's is recognised on %s", async (driver) => {
  opened = await open(driver);
  await rowsOf(
    opened.database,
    `insert into denizen_events (pos, id, tenant, type, type_version, occurred_at, kind, publisher, payload, actor, commit_id, correlation_id)
     values (1000000000, 'elsewhere', 'default', 'planet-changed', 1, now(), 'planet', 'elsewhere', '{}', 'user:a', 'c', 'c')`,
  );
  // As in every cluster but the one where it was looked at.
  await rowsOf(opened.database, "update denizen_log_epoch set verified = now()");
  await twice(opened.store, 1);
  await must(commit(opened.store, planet("c", 1)));
  expect(await highestOf(opened)).toBeGreaterThan(1_000_000_000);
});

/** What `pg_restore --data-only` does: rows of a cluster that has come far are in tables that are there already. */
async function restoreRows({ database, store }: Opened): Promise<void> {
  await must(commit(store, planet("a", 1)));
  for (const table of ["events", "aggregates", "cursors"]) await rowsOf(database, `update denizen_${table} set pos = 900000000`);
}

describe.each(servers)("rows that are restored into tables which were made before, on %s", (driver) => {
  test("are followed by whatever is written: an empty log is not taken for one that has been looked at", async () => {
    opened = await open(driver);
    const reader = await new Reader(opened.store).enlist();
    await restoreRows(opened);
    await must(commit(opened.store, planet("a", 2), planet("b", 1)));
    expect(await highestOf(opened)).toBeGreaterThan(900_000_000);
    expect((await reader.readAll(3)).map(nameOf).sort()).toEqual(["a.1", "a.2", "b.1"]);
  });

  test.each(["beginning", "now"] as const)("are noticed by the next worker that starts, whose subscriber begins from %s", async (from) => {
    opened = await open(driver);
    const reader = await new Reader(opened.store).enlist();
    await reader.read();
    await restoreRows(opened);
    // One that was there already, or a new one.
    await new Reader(opened.store, from === "now" ? "new" : "reader").enlist(from);
    await must(commit(opened.store, planet("a", 2), planet("b", 1)));
    expect(await highestOf(opened)).toBeGreaterThan(900_000_000);
    expect((await reader.readAll(3)).map(nameOf).sort()).toEqual(["a.1", "a.2", "b.1"]);
  });
});

test("a pool of one connection is enough to adapt a log from inside a host's transaction", async () => {
  opened = await restored(clusters["far lower"](), "node-postgres", write);
  const single = await open("node-postgres", { url: opened.url, connections: 1 });
  await firsts["a transaction inside the host's, which is told to try again"]?.(single);
  const raised = () => rowsOf(single.database, "select shift > 0 as raised from denizen_log_epoch");
  await expect.poll(raised, { timeout: 10_000 }).toEqual([{ raised: true }]);
  await single.close();
});
