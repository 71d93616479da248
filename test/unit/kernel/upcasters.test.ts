import { beforeEach, describe, expect, test } from "vitest";
import { Application, ConfigurationError, event, fromHistory, personalEvent, systemActor } from "denizen";
import type { DomainEvent, Upcasters } from "denizen";
import { memory } from "denizen/memory";
import type { Store } from "denizen/ports";
import { fixedClock } from "denizen/testing";
import { Collection, collectionsOf, upcasters } from "../../support/collections.js";

const SYSTEM = systemActor("tests")._unsafeUnwrap();

let store: Store;
beforeEach(() => {
  store = memory();
});

const release = (version: 1 | 2 | 3, casters?: Upcasters) =>
  new Application({ store, clock: fixedClock(), aggregates: { collections: collectionsOf(version, casters) } });

const everything = async (application: ReturnType<typeof release>) =>
  (await application.as(SYSTEM).queries.history({ direction: "ascending" }))._unsafeUnwrap().items;

/** A collection to which each release has added a rock in its own shape. */
async function collected(): Promise<void> {
  const finds = [
    [1, { finder: "Ada", kilos: 1 }],
    [2, { finder: { name: "Grace" }, kilos: 2 }],
    [3, { finder: { name: "Mary" }, grams: 500 }],
  ] as const;
  for (const [version, found] of finds) {
    await using uow = release(version).unitOfWork();
    if (version === 1) (await uow.collections.create(found, { id: "c1" }))._unsafeUnwrap();
    else (await uow.collections.get("c1"))._unsafeUnwrap().find(found);
    (await uow.commit())._unsafeUnwrap();
  }
}

/** Erases the subject of the collection as a commit does that erases. */
const erase = async () =>
  (
    await store.commit(
      { tenant: "default", aggregates: [], events: [], vault: [], erased: ["c1"] },
      { commitId: "erasure", tenant: "default", at: "2026-01-01T00:00:00.000Z" },
    )
  )._unsafeUnwrap();

describe("events of older versions", () => {
  test("are read in the shape of today, in the history, as it was and from history; the log keeps what was written", async () => {
    await collected();
    const application = release(3);
    const items = await everything(application);
    expect(items.map(({ version, payload }) => [version, payload])).toEqual([
      [3, { finder: { name: "Ada" }, grams: 1000 }],
      [3, { finder: { name: "Grace" }, grams: 2000 }],
      [3, { finder: { name: "Mary" }, grams: 500 }],
    ]);
    await using uow = application.unitOfWork();
    const past = (await uow.collections.asOf("c1", { version: 2 }))._unsafeUnwrap();
    expect([past.grams, past.finder]).toEqual([3000, "Grace"]);
    expect(fromHistory(collectionsOf(3), items)._unsafeUnwrap().grams).toBe(3500);
    const kept = (await store.history("default", { kind: "collection", id: "c1" }))._unsafeUnwrap();
    expect(kept.map(({ version, payload, personal }) => [version, payload, personal])).toEqual([
      [1, { kilos: 1 }, { finder: "Ada" }],
      [2, { kilos: 2 }, { finder: { name: "Grace" } }],
      [3, { grams: 500 }, { finder: { name: "Mary" } }],
    ]);
  });

  test("that a consumer has kept as they were are brought up to date when they are folded", async () => {
    await collected();
    const old = await everything(release(1));
    expect(old.map(({ version }) => version)).toEqual([1, 2, 3]);
    const first = old.slice(0, 2);
    expect(fromHistory(collectionsOf(3), first)._unsafeUnwrap()).toMatchObject({ grams: 3000, finder: "Grace", version: 2 });
    expect(first[0]?.payload).toEqual({ finder: "Ada", kilos: 1 });
  });

  test("whose personal fields were erased are brought up to date without them", async () => {
    await collected();
    await erase();
    const application = release(3);
    expect((await everything(application)).map(({ payload }) => payload)).toEqual([{ grams: 1000 }, { grams: 2000 }, { grams: 500 }]);
    await using uow = application.unitOfWork();
    const past = (await uow.collections.asOf("c1", { version: 3 }))._unsafeUnwrap();
    expect([past.grams, past.finder]).toEqual([3500, null]);
  });

  test("are handed to the bus and to subscribers in the transaction as they are recorded: in the newest", async () => {
    const application = release(3);
    const heard: DomainEvent[] = [];
    application.bus.subscribe("rock-found", (found) => heard.push(found));
    application.inTransaction.subscribe("rock-found", (found) => void heard.push(found));
    await using uow = application.unitOfWork();
    (await uow.collections.create({ finder: { name: "Ada" }, grams: 1 }))._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    expect(heard.map(({ version }) => version)).toEqual([3, 3]);
  });
});

test("an event that a later release has written stays as it is", async () => {
  await collected();
  const items = await everything(release(2));
  expect(items.map(({ version, payload }) => [version, payload]).at(-1)).toEqual([3, { finder: { name: "Mary" }, grams: 500 }]);
  await using uow = release(2).unitOfWork();
  expect((await uow.collections.asOf("c1", { version: 3 }))._unsafeUnwrap()).toBeInstanceOf(Collection);
});

describe("an upcaster", () => {
  const broken: readonly (readonly [string, (payload: object) => unknown])[] = [
    [
      "that throws",
      () => {
        throw new Error("broken");
      },
    ],
    [
      "that throws what is no error",
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a host's code may
        throw undefined;
      },
    ],
    ["that answers nothing", () => undefined],
    ["that answers text", () => "text"],
    ["that changes what it is given", (payload) => Object.assign(payload, { finder: 1 }, { toString: null })],
  ];

  test.each(broken.slice(0, 4))("%s is a failure that is told, and never an exception", async (_, caster) => {
    await collected();
    const casters: Upcasters = { ...upcasters, 1: caster as () => object };
    const application = release(3, casters);
    const read = await application.as(SYSTEM).queries.history();
    expect(read._unsafeUnwrapErr()).toMatchObject({ code: "store-failed", detail: "upcaster of rock-found" });
    await using uow = application.unitOfWork();
    expect((await uow.collections.asOf("c1", { version: 1 }))._unsafeUnwrapErr()).toMatchObject({
      code: "store-failed",
      detail: "definition of collection",
    });
    // What it is not asked for is read as ever.
    expect((await uow.collections.get("c1"))._unsafeUnwrap().grams).toBe(3500);
    const old = await everything(release(1));
    expect(fromHistory(collectionsOf(3, casters), old)._unsafeUnwrapErr().code).toBe("history-invalid");
  });

  test.each(broken.slice(4))("%s changes nothing that anybody else sees", async (_, caster) => {
    await collected();
    const old = await everything(release(1));
    const before = JSON.stringify(old);
    const answer = fromHistory(collectionsOf(2, { 1: caster as () => object }), old);
    expect(answer.isOk() || answer.error.code === "history-invalid").toBe(true);
    expect(JSON.stringify(old)).toBe(before);
  });
});

describe("a configuration", () => {
  const problemsOf = (events: object): readonly string[] => {
    try {
      expect(
        new Application({ store: memory(), aggregates: { collections: { ...collectionsOf(1), events: events as never } } }),
      ).toBeInstanceOf(Application);
      return [];
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(ConfigurationError);
      return thrown instanceof ConfigurationError ? thrown.problems : [];
    }
  };
  const cast = (payload: object) => payload;

  test.each<[number, Upcasters, readonly string[]]>([
    [1, {}, []],
    [3, { 1: cast, 2: cast }, []],
    [2, {}, ["rock-found has version 2 and no upcaster from version 1"]],
    [
      4,
      { 2: cast },
      ["rock-found has version 4 and no upcaster from version 1", "rock-found has version 4 and no upcaster from version 3"],
    ],
    [2, { 1: "cast" as never }, ["rock-found has version 2 and no upcaster from version 1"]],
    [1, { 1: cast }, ["rock-found has an upcaster from version 1, which is its own"]],
    [0, {}, ["rock-found must have a version from 1 to 1000"]],
    [1.5, {}, ["rock-found must have a version from 1 to 1000"]],
    [Number.NaN, {}, ["rock-found must have a version from 1 to 1000"]],
    [2 ** 31, {}, ["rock-found must have a version from 1 to 1000"]],
  ])("of version %d with these upcasters names what is missing: %o", (version, casters, problems) => {
    const expected = problems.map((problem) => `aggregates.collections.events: ${problem}`);
    expect(problemsOf({ "rock-found": event<object>(version, casters) })).toEqual(expected);
    expect(problemsOf({ "rock-found": personalEvent<{ finder: string }>(version, casters)("finder") })).toEqual(expected);
  });

  test("of an event that erases names whom there would be nobody to erase", () => {
    const { subject: _, ...nobodys } = collectionsOf(1);
    const configure = () => new Application({ store: memory(), aggregates: { collections: nobodys } });
    expect(configure).toThrow(
      "aggregates.collections.events: collection-burnt erases its subject, and aggregates.collections has no subject",
    );
  });
});
