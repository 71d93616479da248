import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Application, domainError, err, fold, userBehaviour } from "denizen";
import type { Foldable, Result, UserEvents } from "denizen";
import { memory } from "denizen/memory";
import type { Store, StoredEvent } from "denizen/ports";
import { fixedClock } from "denizen/testing";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { planets } from "../support/massive-planets.js";

/** One step of a history. Three units of work are open at a time, so that they get in one another's way. */
type Step = { readonly unit: number; readonly user: number; readonly act: number; readonly word: number };

const WORDS = ["ada", "grace", "edsger", "barbara", "veto-me"];
const step: fc.Arbitrary<Step> = fc.record({
  unit: fc.nat(2),
  user: fc.nat(3),
  act: fc.nat(15),
  word: fc.nat(WORDS.length - 1),
});

function applicationOn(store: Store<unknown>, run: string) {
  const clock = fixedClock();
  let made = 0;
  // The same on both stores, and never the same in two runs: events and commits are unique across tenants.
  const ids = { next: () => `${run}-${++made}` };
  const application = new Application({ store, clock, ids, aggregates: { planets } });
  application.inTransaction.subscribe("name-changed", (event) =>
    event.payload.name.display === "veto-me" ? err(domainError("vetoed-by-name", "this name is vetoed")) : undefined,
  );
  return { application, clock };
}

// A commit is told by whether it was one: positions are each store's own.
const told = (result: Result<unknown, { readonly code: string }>): string =>
  result.isOk() ? "ok" : JSON.stringify(result.error, (_, value: unknown) => sorted(value));

/** Plays a history in a tenant of its own and writes down everything that can be seen of it. */
async function play(store: Store<unknown>, tenant: string, steps: readonly Step[]): Promise<readonly string[]> {
  const { application, clock } = applicationOn(store, tenant);
  const heard: string[] = [];
  application.bus.subscribe("*", (event) => heard.push(`${event.type} ${event.publisher.id}`));
  const doors = application.tenant(tenant);
  type Uow = ReturnType<typeof doors.unitOfWork>;
  const units: Uow[] = [doors.unitOfWork(), doors.unitOfWork(), doors.unitOfWork()];
  const seen: string[] = [];
  for (const { unit, user, act, word } of steps) {
    clock.advance(1000);
    const uow = units[unit];
    if (uow === undefined) continue;
    seen.push(`${act}: ${await perform(uow, `user-${user}`, act, WORDS[word] ?? "")}`);
    if (act === 15) {
      await uow[Symbol.asyncDispose]();
      units[unit] = doors.unitOfWork();
    }
  }
  for (const uow of units) await uow[Symbol.asyncDispose]();
  for (const id of ["user-0", "user-1", "user-2", "user-3"]) {
    const loaded = (await store.load(tenant, { kind: "user", id }, { limit: 1 }))._unsafeUnwrap();
    const history = (await store.history(tenant, { kind: "user", id }))._unsafeUnwrap();
    expect(fold(userBehaviour, history.map(foldable))).toEqual(loaded[0]?.state);
    expect(history.map(({ publisher }) => publisher.version)).toEqual(history.map((_, index) => index + 1));
    seen.push(JSON.stringify([loaded, history], (_, value: unknown) => sorted(value)));
  }
  return [...seen, ...heard];
}

type Doors = ReturnType<typeof applicationOn>["application"];

async function perform(uow: ReturnType<Doors["unitOfWork"]>, id: string, act: number, word: string): Promise<string> {
  if (act <= 3) return told(await uow.users.create({ name: word, emails: [`${word}@example.com`] }, { id }));
  if (act === 4) return told(await uow.planets.create({ name: word, mass: word.length - 3 }).map(({ name }) => name));
  if (act === 5) return told(await uow.planets.find({ kind: "name", key: word }).andThen((planet) => planet.rename(`${word}-${id}`)));
  if (act === 6) return told(await uow.users.find({ kind: "name", key: word, shared: true }));
  if (act === 7) return told(await uow.users.find({ kind: "email", key: `${word}@example.com` }));
  if (act >= 13) return told(await uow.commit());
  const read = await uow.users.get(id);
  if (read.isErr()) return told(read);
  const user = read.value;
  switch (act) {
    case 8:
      return told(user.rename(word));
    case 9:
      return told(user.addEmail(`${word}@example.com`));
    case 10:
      return told(user.removeEmail(`${word}@example.com`).orElse(() => user.makePrimaryEmail(`${word}@example.com`)));
    case 11:
      return told(await user.setUsername(word));
    default:
      return told(word === "ada" ? user.remove() : user.addPhone(`+34 600 123 45${word.length}`));
  }
}

/** A stored event as `evolve` takes it: its two halves together again. */
const foldable = ({ payload, personal, ...event }: StoredEvent): Foldable<UserEvents> =>
  // The log holds what this aggregate recorded, so its types are those of its events.
  ({ ...event, payload: { ...(payload as object), ...(personal as object | null) } }) as Foldable<UserEvents>;

/** Keys in order: `jsonb` keeps its own. */
const sorted = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

let opened: Opened;
beforeAll(async () => {
  opened = await open("postgres.js");
});
afterAll(() => opened.close());

test("generated histories look the same on memory and on PostgreSQL", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const tenant = `run-${run++}`;
      const inMemory = await play(memory(), tenant, steps);
      const inPostgres = await play(opened.store, tenant, steps);
      expect(inPostgres).toEqual(inMemory);
    }),
    { numRuns: Number(process.env["HISTORIES"] ?? 500) },
  );
}, 120_000);
