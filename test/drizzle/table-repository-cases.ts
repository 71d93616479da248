import { eq, sql } from "drizzle-orm";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { Application, domainError, err, ok } from "denizen";
import { fastHasher } from "denizen/testing";
import type { Driver, Opened } from "../support/drivers.js";
import type { sampleTable } from "../support/tables.js";
import { done, emptied, makeTables, Notes, noteTable, Planets, planetTable, Probes, probeTable, Samples } from "../support/tables.js";
import type { NewRow } from "denizen/drizzle";

const NOBODY = "00000000-0000-4000-8000-000000000000";

/** What table repositories promise on every driver, on a database that there is already: opening one costs more than all of these. */
export const tableRepositoryCases = (driver: Driver, on: () => Opened): void => {
  let opened: Opened;
  beforeAll(async () => {
    opened = on();
    await makeTables(opened.database);
  });
  beforeEach(() => emptied(opened.database, planetTable, noteTable, probeTable));
  const application = () => new Application({ store: opened.store, passwordHasher: fastHasher() });
  const repositories = () => ({
    planets: new Planets(opened.database),
    notes: new Notes(opened.database),
    probes: new Probes(opened.database),
    samples: new Samples(opened.database),
  });
  const left = async () => [await done(repositories().planets.count()), await done(repositories().notes.count())];

  test("users and the rows of two repositories are one commit", async () => {
    const made = await application().transact(async function* ({ uow }) {
      const [planets, notes] = [new Planets(uow), new Notes(uow)];
      const user = yield* uow.users.create({ name: "Caroline", emails: ["caroline@example.com"] });
      const { id } = yield* planets.create({ name: "Uranus", foundBy: user.id });
      yield* notes.create({ line: 1, planet: id, text: "a comet?" });
      const read = yield* planets.retrieve({ id });
      const changed = yield* planets.update({ id }, { moons: 28, foundBy: null });
      return ok({ user: user.id, read, changed, known: yield* planets.countKnown() });
    });
    const { user, read, changed, known } = made._unsafeUnwrap();
    expect(read).toMatchObject({ name: "Uranus", moons: 0, isKnown: true, foundBy: user });
    expect(read.foundAt).toBeInstanceOf(Date);
    expect(changed).toEqual({ ...read, moons: 28, foundBy: null });
    expect(known).toBe(1);
    expect((await repositories().planets.retrieve({ name: "Uranus" }))._unsafeUnwrap()).toEqual(changed);
    await using users = application().users();
    expect((await users.read({ email: "caroline@example.com" })).isOk()).toBe(true);
  });

  test("an err, a veto, and a unit that is left undo all of it", async () => {
    const app = application();
    const write = async (unit: ConstructorParameters<typeof Planets>[0]) => {
      const planet = (await new Planets(unit).create({ name: "Vulcan" }))._unsafeUnwrap().id;
      expect((await new Notes(unit).create({ line: 1, planet, text: "seen" })).isOk()).toBe(true);
    };
    const failed = await app.transact(async function* ({ uow }) {
      await write(uow);
      return err(domainError("no-such-planet", "a mistake"));
    });
    expect(failed._unsafeUnwrapErr().code).toBe("no-such-planet");
    app.inTransaction.subscribe("user-created", (_, unit) => write(unit).then(() => err(domainError("no", "no"))));
    const vetoed = await app.transact(async function* ({ uow }) {
      yield* new Notes(uow).create({ line: 2, text: "before" });
      yield* uow.users.create({ name: "Urbain" });
      return ok();
    });
    expect(vetoed._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", reason: { code: "no" } });
    {
      await using uow = app.unitOfWork();
      await write(uow);
    }
    expect(await left()).toEqual([0, 0]);
  });

  test("inside a subscriber, and in a transaction of the host's", async () => {
    const app = application();
    const kept: unknown[] = [];
    app.inTransaction.subscribe("user-created", (event, { tx }) => {
      kept.push(tx);
      return new Planets({ tx }).create({ name: "of a subscriber", foundBy: event.publisher.id });
    });
    const made = await app.transact(async function* ({ uow }) {
      yield* uow.users.create({ name: "Ada" });
      return ok();
    });
    expect(made.isOk()).toBe(true);
    // It has ended since, and answers nothing but that.
    for (const tx of kept) {
      const late = new Planets({ tx: tx as never });
      expect((await late.create({ name: "late" }))._unsafeUnwrapErr().code).toBe("unit-closed");
      expect((await late.count())._unsafeUnwrapErr().code).toBe("unit-closed");
    }
    await opened.transaction(async (tx) => {
      expect((await new Notes(tx).create({ line: 7, text: "the host's" })).isOk()).toBe(true);
      await using uow = app.unitOfWork({ within: tx });
      expect((await new Notes(uow).create({ line: 8, text: "joined" })).isOk()).toBe(true);
      expect((await uow.commit()).isOk()).toBe(true);
    });
    expect(await left()).toEqual([1, 2]);
  });

  test("an error of a write leaves the unit usable, also when several are said at once", async () => {
    const done = await application().transact(async function* ({ uow }) {
      const notes = new Notes(uow);
      const answers = await Promise.all([1, 1, 2, 2, 3].map((line) => notes.create({ line, text: `note ${line}` })));
      expect(answers.map((answer) => answer.isOk())).toEqual([true, false, true, false, true]);
      expect(await notes.create({ line: 4, text: "", planet: NOBODY })).toMatchObject({ error: { code: "row-invalid" } });
      expect(await notes.delete({ line: 9 })).toMatchObject({ error: { code: "row-not-found", table: "notes" } });
      yield* uow.users.create({ name: "Ada" });
      return ok(yield* notes.count());
    });
    expect(done._unsafeUnwrap()).toBe(3);
    expect(await left()).toEqual([0, 3]);
  });

  test("after its unit has ended a repository writes nowhere", async () => {
    const app = application();
    const uow = app.unitOfWork();
    const notes = new Notes(uow);
    expect((await notes.create({ line: 1, text: "" })).isOk()).toBe(true);
    // Said, and not waited for.
    const unfinished = notes.create({ line: 2, text: "" });
    await uow[Symbol.asyncDispose]();
    expect(["ok", "unit-closed"]).toContain(
      await unfinished.match(
        () => "ok",
        (error) => error.code,
      ),
    );
    const answers = await Promise.all([notes.create({ line: 3, text: "" }), notes.retrieve({ line: 1 }), notes.list(), notes.drop()]);
    expect(answers.map((answer) => answer._unsafeUnwrapErr().code)).toEqual(Array(4).fill("unit-closed"));
    expect(await left()).toEqual([0, 0]);
    await opened.transaction(async (tx) => {
      await done(new Notes(tx).create({ line: 5, text: "the connection is as good as before" }));
    });
    expect(await left()).toEqual([0, 1]);
  });

  test("what the database refuses has a type, and repeats no value", async () => {
    const { planets, notes } = repositories();
    const { id } = (await planets.create({ name: "Saturn" }))._unsafeUnwrap();
    await done(planets.create({ name: "Jupiter" }));
    await done(notes.create({ line: 1, planet: id, text: "rings" }));
    const refused = {
      duplicate: await planets.create({ name: "Saturn" }),
      renamed: await planets.update({ name: "Saturn" }, { name: "Jupiter" }),
      orphan: await notes.create({ line: 2, planet: NOBODY, text: "" }),
      light: await planets.create({ name: "Ceres", moons: 1000 }),
      nameless: await planets.create({ name: null as never }),
      long: await notes.create({ line: 3, text: "secret".repeat(400_000) }),
      needed: await planets.delete({ id }),
      missing: await planets.retrieve({ id: NOBODY }),
      several: await planets.retrieve({ isKnown: true }),
      both: await planets.update({ isKnown: true }, { moons: 9 }),
      neither: await planets.delete({ moons: { gt: 5 } }),
      all: await planets.delete({ moons: 0 }),
    };
    const errors = Object.fromEntries(Object.entries(refused).map(([name, answer]) => [name, answer._unsafeUnwrapErr()]));
    expect(errors).toMatchObject({
      duplicate: { code: "row-exists", table: "planets", constraint: "one_name" },
      renamed: { code: "row-exists" },
      orphan: { code: "row-invalid", table: "notes", constraint: "notes_planet_fkey" },
      light: { code: "row-invalid", constraint: "few_moons" },
      nameless: { code: "row-invalid", constraint: "", column: "planet_name" },
      long: { code: "row-invalid" },
      needed: { code: "row-in-use", constraint: "notes_planet_fkey" },
      missing: { code: "row-not-found" },
      several: { code: "multiple-rows", table: "planets" },
      both: { code: "multiple-rows" },
      neither: { code: "row-not-found" },
      all: { code: "multiple-rows" },
    });
    expect(JSON.stringify(errors)).not.toMatch(/secret|Saturn|0000/);
    expect((await planets.list({ where: { moons: { ne: 0 } } }))._unsafeUnwrap().items).toEqual([]);
  });

  test("filters: null, comparisons, one of many, an expression of Drizzle's", async () => {
    const { planets } = repositories();
    for (const [name, moons, foundBy] of [
      ["Mercury", 0, null],
      ['"Mars", {2}', 2, "a\\b"],
      ["Earth", 1, null],
    ] as const) {
      expect((await planets.create({ name, moons, foundBy })).isOk()).toBe(true);
    }
    const counted = async (where: Parameters<Planets["count"]>[0]) => (await planets.count(where))._unsafeUnwrap();
    expect(await counted({ foundBy: null })).toBe(2);
    expect(await counted({ foundBy: { ne: null } })).toBe(1);
    expect(await counted({ foundBy: { ne: "somebody" } })).toBe(3);
    expect(await counted({ moons: { gt: 0, lte: 2 }, name: { in: ["Earth", '"Mars", {2}', "O'Neill"] } })).toBe(2);
    expect(await counted({ foundBy: { in: ["a\\b"] }, isKnown: { in: [true] }, foundAt: { lte: new Date(Date.now() + 1e8) } })).toBe(1);
    expect(await counted({ id: { in: [] } })).toBe(0);
    expect(await counted(eq(planetTable.moons, 2))).toBe(1);
    expect((await planets.retrieve(sql`${planetTable.name} like 'Ear%'`))._unsafeUnwrap().moons).toBe(1);
    expect((await planets.update({ name: "Earth" }, { moons: sql`${planetTable.moons} + 1` }))._unsafeUnwrap().moons).toBe(2);
  });

  test("a composed key in a schema, custom types, defaults of JavaScript's, arrays and JSON", async () => {
    const { probes } = repositories();
    const made = await probes.create({ agency: "NASA", number: 1, weight: { kg: 2 }, parts: ["a,b", '"'], data: { gt: 3 } });
    expect(made._unsafeUnwrap()).toEqual({ agency: "NASA", number: 1 });
    await done(probes.create({ agency: "NASA", number: 2, weight: { kg: 4 } }));
    await done(probes.create({ agency: "ESA", number: 1, weight: { kg: 4 }, serial: null }));
    const first = (await probes.retrieve({ data: { gt: 3 } }))._unsafeUnwrap();
    expect(first).toMatchObject({ weight: { kg: 2 }, parts: ["a,b", '"'], data: { gt: 3 } });
    expect(first.serial).toMatch(/^serial \d$/);
    expect((await probes.update({ agency: "NASA", number: 1 }, { weight: { kg: 3 } }))._unsafeUnwrap()).toMatchObject({
      weight: { kg: 3 },
      seen: "updated",
    });
    expect((await probes.count({ weight: { in: [{ kg: 4 }], gt: { kg: 3 } } }))._unsafeUnwrap()).toBe(2);
    const pages = [];
    for (let after: string | undefined; ;) {
      const page = (await probes.list({ order: "weight", limit: 1, ...(after === undefined ? {} : { after }) }))._unsafeUnwrap();
      pages.push(...page.items.map(({ agency, number }) => `${agency} ${number}`));
      if (page.next === null) break;
      after = page.next;
    }
    expect(pages).toEqual(["NASA 1", "ESA 1", "NASA 2"]);
    expect((await probes.delete({ agency: "ESA", number: 1 }))._unsafeUnwrap()).toMatchObject({ serial: null });
  });

  test("every type goes in, comes out, is found and is paged as it is", async () => {
    const { samples } = repositories();
    const at = new Date("2001-02-03T04:05:06.789Z");
    const sample = {
      ...{ small: 1, big: 2 ** 52, exact: "12345678901234567890.123", whole: 10n ** 20n, single: 0.1, double: 0.1, isIt: true },
      ...{ day: new Date("2001-02-03"), at, text: "2001-02-03 04:05:06.789123+00", time: "01:02:03", span: "1 mon", address: "10.0.0.1" },
      ...{
        fixed: "a  ",
        mood: "fine",
        json: { a: 1 },
        jsonb: { a: 1 },
        many: [1, 2],
        grid: [
          ["a,", 'b"'],
          ["c", "\\"],
        ],
        ats: [at],
      },
    } satisfies NewRow<typeof sampleTable>;
    const { id } = await done(samples.create(sample));
    expect(id).toBe(1n);
    expect(await done(samples.retrieve({ id }))).toEqual({ ...sample, id, made: 2 });
    for (const [name, value] of Object.entries(sample)) {
      expect(await samples.count({ [name]: value }), name).toMatchObject({ value: 1 });
      if (typeof value === "object" && !(value instanceof Date)) continue;
      expect(await samples.count({ [name]: { in: [value], gte: value, lte: value } }), name).toMatchObject({ value: 1 });
    }
    for (const exact of ["NaN", "Infinity", "-Infinity", "1.0", "1.00"]) await done(samples.create({ exact, many: [] }));
    const seen: bigint[] = [];
    for (let after: string | null = ""; after !== null;) {
      const page: { items: readonly { id: bigint }[]; next: string | null } = await done(
        samples.list({ order: "exact", limit: 1, ...(after === "" ? {} : { after }) }),
      );
      seen.push(...page.items.map((row) => row.id));
      after = page.next;
    }
    expect(seen).toEqual([4n, 5n, 6n, 1n, 3n, 2n]);
    for (const values of [
      { id: 5n },
      { made: 5 },
      { many: [undefined] },
      { many: ["1"] },
      { grid: [[{}]] },
      { fixed: sql.placeholder("a") },
    ]) {
      expect(await samples.create({ exact: "1", ...values } as never)).toMatchObject({ error: { code: "invalid-argument" } });
      expect(await samples.update({ id }, values as never)).toMatchObject({ error: { code: "invalid-argument" } });
    }
  });

  test("a table is dropped unless somebody uses it, or something depends on it", async () => {
    const { planets, notes } = repositories();
    expect((await planets.drop())._unsafeUnwrapErr()).toMatchObject({ code: "table-in-use", table: "planets" });
    if (driver !== "PGlite") {
      await opened.transaction(async (tx) => {
        await done(new Notes(tx).count());
        expect((await notes.drop())._unsafeUnwrapErr().code).toBe("table-in-use");
      });
    }
    await using uow = application().unitOfWork();
    expect((await new Notes(uow).drop()).isOk()).toBe(true);
    expect((await new Notes(uow).count())._unsafeUnwrapErr().code).toBe("store-failed");
    // A read is in no savepoint: what the database refuses breaks the transaction, and says so from then on.
    expect((await new Notes(uow).create({ line: 1, text: "" }))._unsafeUnwrapErr().code).toBe("transaction-broken");
    await uow[Symbol.asyncDispose]();
    expect(await left()).toEqual([0, 0]);
  });
};
