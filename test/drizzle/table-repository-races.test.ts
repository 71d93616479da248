import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Application, attempt, ok } from "denizen";
import { countingProxy } from "../bench/harness/proxy.js";
import { freshDatabase } from "../support/database.js";
import { open, servers } from "../support/drivers.js";
import type { Opened, OpenOptions } from "../support/drivers.js";
import { done, emptied, makeTables, Notes, noteTable, Planets, planetTable } from "../support/tables.js";
import { rowsIn } from "../support/worlds.js";

const twenty = <Value>(call: (index: number) => PromiseLike<Value>): Promise<readonly Value[]> =>
  Promise.all(Array.from({ length: 20 }, (_, index) => call(index)));

describe.each(servers)("on %s", (driver) => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let opened: Opened;
  let planets: Planets;
  const also = (options: OpenOptions) => open(driver, { url: database.url, migrates: false, ...options });

  beforeAll(async () => {
    database = await freshDatabase();
    opened = await also({ connections: 10, migrates: true });
    planets = new Planets(opened.database);
    await makeTables(opened.database);
  });
  beforeEach(() => emptied(opened.database, planetTable, noteTable));
  afterAll(async () => {
    await opened.close();
    await database[Symbol.asyncDispose]();
  });

  test("of twenty who make the same row, change it on a condition, or delete it, one does; every addition counts", async () => {
    const codes = (answers: readonly { isOk(): boolean; _unsafeUnwrapErr(): { code: string } }[]) =>
      answers.map((answer) => (answer.isOk() ? "ok" : answer._unsafeUnwrapErr().code)).sort();
    const others = (code: string) => ["ok", ...Array<string>(19).fill(code)].sort();
    expect(codes(await twenty(() => planets.create({ name: "Vulcan" })))).toEqual(others("row-exists"));
    const where = { name: "Vulcan" };
    const added = await twenty(() => planets.update(where, { moons: sql`${planetTable.moons} + 1` }));
    expect(added.map((answer) => answer._unsafeUnwrap().moons).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(codes(await twenty(() => planets.update({ ...where, isKnown: true }, { isKnown: false })))).toEqual(others("row-not-found"));
    expect(codes(await twenty(() => planets.delete(where)))).toEqual(others("row-not-found"));
  });

  test("a lost race is one for the unit of work to run again", async () => {
    await done(planets.create({ name: "Pluto" }));
    await using uow = new Application({ store: opened.store }).unitOfWork();
    const tx = (await uow.transaction())._unsafeUnwrap();
    await tx.execute(sql`set transaction isolation level repeatable read`);
    expect((await new Planets(uow).count())._unsafeUnwrap()).toBe(1);
    expect((await planets.update({ name: "Pluto" }, { moons: 5 })).isOk()).toBe(true);
    expect((await new Planets(uow).update({ name: "Pluto" }, { moons: 6 }))._unsafeUnwrapErr()).toEqual({
      code: "concurrency-conflict",
      message: "another unit of work changed this first",
      aggregates: [],
    });
  });

  test("of two units that wait for each other one is run again, and both are done", async () => {
    for (const name of ["Castor", "Pollux"]) await done(planets.create({ name }));
    // PostgreSQL looks for deadlocks after a second.
    await opened.database.execute(sql.raw(`alter database ${new URL(database.url).pathname.slice(1)} set deadlock_timeout = '50ms'`));
    const other = await also({ connections: 2 });
    const application = new Application({ store: other.store });
    let runs = 0;
    let bothHold: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (bothHold = resolve));
    const add = (...names: readonly string[]) =>
      application.transact(async function* ({ uow }) {
        const rows = new Planets(uow);
        for (const name of names) {
          yield* rows.update({ name }, { moons: sql`${planetTable.moons} + 1` });
          if (++runs === 2) bothHold();
          await held;
        }
        return ok();
      });
    const answers = await Promise.all([add("Castor", "Pollux"), add("Pollux", "Castor")]);
    expect(answers.map((answer) => answer.isOk())).toEqual([true, true]);
    expect((await done(planets.list())).items.map(({ moons }) => moons)).toEqual([2, 2]);
    expect(runs).toBeGreaterThan(4);
    await other.close();
  });

  test("a write that nobody waits for, and that fails while its unit commits, takes nothing of it away", async () => {
    await done(new Notes(opened.database).create({ line: 1, text: "" }));
    const application = new Application({ store: opened.store });
    for (let turns = 0; turns < 12; turns++) {
      await using uow = application.unitOfWork();
      await done(new Planets(uow).create({ name: `planet ${turns}` }));
      const commit = uow.commit();
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      const [committed, stray] = await Promise.all([commit, new Notes(uow).create({ line: 1, text: "" })]);
      expect(["row-exists", "unit-closed", "unit-busy"]).toContain(stray._unsafeUnwrapErr().code);
      expect([committed.isOk(), await done(planets.count({ name: `planet ${turns}` }))]).toEqual([true, 1]);
    }
  });

  test("what comes after a write that takes too long waits for it, and is not undone with it", async () => {
    const other = await also({ connections: 1, timeout: 150 });
    await using uow = new Application({ store: other.store }).unitOfWork();
    const [first, notes] = [new Planets(uow), new Notes(uow)];
    const slow = first.create({ name: sql`(select null from pg_sleep(0.25))` });
    expect((await slow)._unsafeUnwrapErr().code).toBe("store-unavailable");
    const { line } = await done(notes.create({ line: 1, text: "" }));
    expect((await uow.commit()).isOk()).toBe(true);
    expect(await done(new Notes(opened.database).count({ line }))).toBe(1);
    await other.close();
  });

  test.each([
    ["while it waits for the next statement", async () => undefined],
    ["in the middle of one", async (rows: InstanceType<typeof Planets>) => rows.count(sql`pg_sleep(2) is not null`)],
  ] as const)("a connection that is lost %s is an outage, and not the end of a unit", async (_, wait) => {
    // postgres.js may not tell of a statement that was on its way when the connection ended: then the store's deadline does.
    const other = await also({ connections: 1, timeout: 4_000 });
    const uow = new Application({ store: other.store }).unitOfWork();
    const rows = new Planets(uow);
    await done(rows.create({ name: "lost" }));
    const waiting = wait(rows);
    await opened.database.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`,
    );
    const waited = await waiting;
    if (waited !== undefined) expect(waited._unsafeUnwrapErr().code).toBe("store-unavailable");
    expect((await rows.create({ name: "too late" }))._unsafeUnwrapErr().code).toBe("store-unavailable");
    await uow[Symbol.asyncDispose]();
    await other.close();
  });

  test("a table that is altered under a prepared statement is one for the unit of work to run again", async () => {
    const other = await also({ connections: 1 });
    const application = new Application({ store: other.store });
    const change = () =>
      application.transact(async function* ({ uow }) {
        yield* new Notes(uow).update({ line: 1 }, { text: "changed" });
        return ok(yield* new Notes(uow).list());
      });
    await done(new Notes(opened.database).create({ line: 1, text: "" }));
    expect((await change()).isOk()).toBe(true);
    await opened.database.execute(sql`alter table notes alter text type text`);
    expect((await change()).isOk()).toBe(true);
    await opened.database.execute(sql`alter table notes alter text type varchar(2000000)`);
    expect((await change()).isOk()).toBe(true);
    await other.close();
  });

  test.each(["ascending", "descending"] as const)("pages, %s, show every row once, whatever is inserted meanwhile", async (direction) => {
    await opened.database.execute(sql`insert into planets (planet_name, moons, "foundAt")
      select 'planet ' || i, i % 3, '2001-01-01 00:00:00.123456Z'::timestamptz + (i % 2) * interval '1 microsecond' from generate_series(1, 1050) i`);
    const where = { moons: { gte: 0 } };
    const first = (await planets.list({ where, order: ["moons", "foundAt"], direction }))._unsafeUnwrap();
    expect([first.items.length, first.next]).toEqual([1050, null]);
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page === 0 || after !== null; page++) {
      const from: { after?: string } = after === null ? {} : { after };
      const answer = await planets.list({ where, order: ["moons", "foundAt"], direction, limit: 100, ...from });
      const { items, next } = answer._unsafeUnwrap();
      seen.push(...items.map(({ name }) => name));
      after = next;
      await done(planets.create({ name: `new ${page}`, moons: page % 3, foundAt: new Date("2001-01-01T00:00:00.123Z") }));
    }
    expect(seen.filter((name) => name.startsWith("planet"))).toEqual(first.items.map(({ name }) => name));
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("a cursor of another list, or of nobody's, is refused", async () => {
    for (const name of ["Ceres", "Pallas"]) await done(planets.create({ name }));
    const ask = { order: ["isKnown", "foundAt"], limit: 1 } as const;
    const { next } = (await planets.list(ask))._unsafeUnwrap();
    const after = String(next);
    const names = (await planets.list({ ...ask, after }))._unsafeUnwrap().items.map(({ name }) => name);
    expect(names).toEqual(["Pallas"]);
    const [, , known, at, id] = after.split("~");
    for (const wrong of [
      { ...ask, after, direction: "descending" },
      { ...ask, after, order: "foundAt" },
      ...["", "~", "%", `${after}~`, [..."abc"]].map((cursor) => ({ ...ask, after: cursor })),
      ...[`maybe~${at}~${id}`, `${known}~2001-02-30~${id}`, `${known}~now~${id}`, `${known}~${at}~1`, `${known}~${at}~%00`].map(
        (place) => ({
          ...ask,
          after: `isKnown%2CfoundAt%2Cid~ascending~${place}`,
        }),
      ),
    ]) {
      expect(await planets.list(wrong as never), JSON.stringify(wrong)).toMatchObject({ error: { code: "cursor-invalid" } });
    }
  });

  test("a question has one text, whatever its values, prepared where the store prepares", async () => {
    for (const preparedStatements of [true, false]) {
      const other = await also({ connections: 1, preparedStatements });
      await using uow = new Application({ store: other.store }).unitOfWork();
      const tx = (await uow.transaction())._unsafeUnwrap();
      const inside = new Planets(uow);
      for (const moons of [0, 1, 2, 3]) {
        const many = Array.from({ length: moons * 10 }, (_, index) => `planet ${index}`);
        await done(inside.create({ moons, name: `planet ${moons}` }));
        await done(inside.list({ where: moons % 2 ? { name: { in: many }, moons } : { moons, name: { in: many } }, limit: moons + 1 }));
        await done(inside.update({ name: `planet ${moons}` }, { foundBy: moons ? "somebody" : null }));
        await done(inside.retrieve(sql`${planetTable.name} = ${sql.raw(`'planet ${moons}'`)}`));
      }
      const prepared = await rowsIn(
        tx as never,
        "select statement from pg_prepared_statements where statement like '%planets%' order by 1",
      );
      const begin = prepared.map(({ statement }) => String(statement).split(" ").slice(0, 2).join(" "));
      expect(begin).toEqual(preparedStatements ? ["insert into", 'select "planets"."id",', "with found"] : []);
      await uow[Symbol.asyncDispose]();
      await other.close();
    }
  });

  test("a read is one round trip, a write three: with its savepoint", async () => {
    await using proxy = await countingProxy(database.url);
    const other = await also({ url: proxy.url, connections: 1 });
    await using uow = new Application({ store: other.store }).unitOfWork();
    const notes = new Notes(uow);
    const calls = {
      create: (line: number) => notes.create({ line, text: "" }),
      retrieve: (line: number) => notes.retrieve({ line }),
      update: (line: number) => notes.update({ line }, { text: "changed" }),
      count: () => notes.count(),
      list: () => notes.list({ limit: 2 }),
      delete: (line: number) => notes.delete({ line }),
    };
    const trips: Record<string, number> = {};
    for (const line of [1, 2, 3]) {
      for (const [name, call] of Object.entries(calls)) {
        proxy.take();
        expect((await call(line)).isOk()).toBe(true);
        trips[name] = proxy.take().roundTrips;
      }
    }
    // postgres.js leaves its savepoints to the end of the transaction.
    const write = driver === "postgres.js" ? 2 : 3;
    expect(trips).toEqual({ create: write, retrieve: 1, update: write, count: 1, list: 1, delete: write });
    await uow[Symbol.asyncDispose]();
    await other.close();
  });

  test("one connection is enough, and one that cannot be had is said so", async () => {
    const other = await also({ connections: 1, acquireTimeout: 100 });
    const application = new Application({ store: other.store });
    const done = await attempt(async function* () {
      await using uow = application.unitOfWork();
      yield* new Notes(uow).create({ line: 1, text: "" });
      await using second = application.unitOfWork();
      expect((await new Notes(second).count())._unsafeUnwrapErr().code).toBe("store-busy");
      return ok(yield* new Notes(uow).count());
    });
    expect(done._unsafeUnwrap()).toBe(1);
    await other.close();
    const closed = await new Planets(other.database).count();
    expect(closed._unsafeUnwrapErr().code).toBe("store-unavailable");
  });
});
