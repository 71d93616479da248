import { check, equal, errOf, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { answerSoFar, pause, race, unique } from "./world.js";
import type { World } from "./world.js";

const lock = { limit: 1, lock: true } as const;

/** Reads a number under a lock and writes one more. */
async function increment(world: World, id: string): Promise<boolean> {
  const begun = await world.store.begin();
  if (begun.isErr()) {
    errOf(begun, "store-busy");
    return false;
  }
  const transaction = begun.value;
  const loaded = await transaction.load(world.tenant, { kind: "planet", id }, lock);
  if (loaded.isErr()) {
    errOf(loaded, "store-busy");
    await transaction.rollback();
    return false;
  }
  const [stored] = loaded.value;
  check(stored !== undefined, "the locked aggregate is there");
  okOf(await transaction.flush(world.set([world.updated(id, stored.version)])), "the flush of who holds the lock");
  okOf(await transaction.commit(world.record()), "the commit of who holds the lock");
  return true;
}

export const locks: Group = {
  "a second locker waits for the first, and then reads what that one has written": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    const first = await world.begin();
    okOf(await first.load(world.tenant, { kind: "planet", id }, lock));
    const second = increment(world, id);
    check((await answerSoFar(second)) !== true, "the second waits");
    okOf(await first.flush(world.set([world.updated(id, 1)])));
    okOf(await first.commit(world.record()));
    const came = await second;
    equal((await world.get(id))?.version, came ? 3 : 2);
  },

  "a plain writer waits for a locker, and does not overtake him": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    const locker = await world.begin();
    okOf(await locker.load(world.tenant, { kind: "planet", id }, lock));
    const writer = world.commit(world.updated(id, 1));
    check((await answerSoFar(writer))?.isOk() !== true, "the writer waits");
    okOf(await locker.flush(world.set([world.updated(id, 1, { state: { name: "locker" } })])));
    okOf(await locker.commit(world.record()));
    errOf(await writer, "concurrency-conflict", "store-busy");
    equal(await world.get(id), { id, version: 2, state: { name: "locker" } });
  },

  "a rollback gives the lock back": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    const locker = await world.begin();
    okOf(await locker.load(world.tenant, { kind: "planet", id }, lock));
    await locker.rollback();
    await world.given(world.updated(id, 1));
  },

  "who is rolled back while it waits for a lock takes it from nobody": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    const first = await world.begin();
    okOf(await first.load(world.tenant, { kind: "planet", id }, lock));
    const rival = (async () => {
      const second = await world.begin();
      const waiting = second.load(world.tenant, { kind: "planet", id }, lock);
      await pause(waiting);
      await second.rollback();
      const loaded = await waiting;
      if (loaded.isErr()) errOf(loaded, "store-busy", "store-unavailable", "concurrency-conflict");
    })();
    await pause(rival);
    await first.rollback();
    await rival;
    await world.given(world.updated(id, 1));
  },

  "who waits for a lock by an identifier gets whoever holds that by then": async (world) => {
    const [before, after] = [world.id(), world.id()];
    await world.given(world.created(before, { claimed: [unique("email", "a")] }), world.created(after));
    const first = await world.begin();
    okOf(await first.load(world.tenant, { kind: "planet", id: before }, lock));
    const rival = (async () => {
      const second = await world.begin();
      const loaded = await second.load(world.tenant, { kind: "planet", identifier: unique("email", "a") }, lock);
      if (loaded.isErr()) errOf(loaded, "store-busy", "concurrency-conflict");
      const found = loaded.isOk() ? loaded.value.map(({ id }) => id) : undefined;
      // What was found is held: nobody else writes it now.
      const writer = found?.includes(after) === true ? world.commit(world.updated(after, 2)) : undefined;
      check(writer === undefined || (await answerSoFar(writer))?.isOk() !== true, "the writer waits");
      await second.rollback();
      if (writer !== undefined) okOf(await writer);
      return found;
    })();
    await pause(rival);
    const moved = [
      world.updated(before, 1, { released: [unique("email", "a")] }),
      world.updated(after, 1, { claimed: [unique("email", "a")] }),
    ];
    okOf(await first.flush(world.set(moved)));
    okOf(await first.commit(world.record()));
    const found = await rival;
    // Finding nobody is right as well: the one it waited for holds the identifier no more.
    check(found === undefined || found.length === 0 || found[0] === after, "the former holder is not found");
  },

  "of two who wait for each other one is told, and the other goes on": async (world) => {
    const [one, other] = [world.id(), world.id()];
    await world.given(world.created(one), world.created(other));
    const both = async (first: string, second: string) => {
      const begun = await world.store.begin();
      if (begun.isErr()) return errOf(begun, "store-busy").code;
      const transaction = begun.value;
      for (const id of [first, second]) {
        const loaded = await transaction.load(world.tenant, { kind: "planet", id }, lock);
        if (loaded.isErr()) {
          await transaction.rollback();
          return errOf(loaded, "store-busy", "concurrency-conflict").code;
        }
        await pause(new Promise(() => undefined));
      }
      await transaction.rollback();
      return "ok";
    };
    const outcomes = await Promise.all([both(one, other), both(other, one)]);
    check(outcomes.includes("ok"), "one goes on");
    await world.given(world.updated(one, 1), world.updated(other, 1));
  },

  "an aggregate can be locked by an identifier": async (world) => {
    const id = world.id();
    await world.given(world.created(id, { claimed: [unique("email", "a")] }));
    const locker = await world.begin();
    okOf(await locker.load(world.tenant, { kind: "planet", identifier: unique("email", "a") }, lock));
    const writer = world.commit(world.updated(id, 1));
    check((await answerSoFar(writer))?.isOk() !== true, "the writer waits");
    await locker.rollback();
    okOf(await writer, "the writer, after the locker was rolled back");
  },

  "a lock on what does not exist finds nothing and holds nobody up": async (world) => {
    const id = world.id();
    const locker = await world.begin();
    equal(okOf(await locker.load(world.tenant, { kind: "planet", id }, lock)), []);
    await locker.rollback();
    await world.given(world.created(id));
  },

  "two aggregates are locked apart from one another": async (world) => {
    const [one, other] = [world.id(), world.id()];
    await world.given(world.created(one), world.created(other));
    const locker = await world.begin();
    okOf(await locker.load(world.tenant, { kind: "planet", id: one }, lock));
    const writer = world.commit(world.updated(other, 1));
    // A store with a single connection answers when the transaction has ended.
    await pause(writer);
    await locker.rollback();
    okOf(await writer);
  },

  "50 who read under a lock and write lose no update": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    const came = await race(50, () => increment(world, id));
    equal((await world.get(id))?.version, 1 + came.filter(Boolean).length);
    check(came.some(Boolean), "somebody came through");
  },
};
