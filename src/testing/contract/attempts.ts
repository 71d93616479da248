import { Secret } from "denizen";
import type { Counted, Guess, Lookup } from "denizen/ports";
import { check, equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { put } from "./vault.js";
import { answerSoFar, AT, race, unique } from "./world.js";
import type { World } from "./world.js";

const DAY_BEFORE = "2025-12-31T00:00:00.000Z";

async function count(world: World, target: Lookup, guess: Partial<Guess> = {}): Promise<Counted> {
  const { tenant } = world;
  const whole = { tenant, target, method: "password", stranger: "stranger:1", at: AT, windowStart: DAY_BEFORE, ...guess };
  return okOf(await world.store.attempts.count(whole), "count");
}

async function settle(world: World, { counter }: Counted, succeeded: boolean, method = "password"): Promise<void> {
  const event = world.event({ kind: "attempts", id: counter, version: null }, { type: "proof-failed" });
  okOf(await world.store.attempts.settle({ tenant: world.tenant, method, counter, succeeded, events: [event] }), "settle");
}

async function known(world: World, email = "a"): Promise<{ readonly id: string; readonly target: Lookup }> {
  const id = world.id();
  await world.given(world.created(id, { claimed: [unique("email", email)] }));
  return { id, target: { kind: "planet", id } };
}

const nobody = (world: World): Lookup => ({ kind: "planet", identifier: unique("email", world.id()) });

export const attempts: Group = {
  "guesses are counted one by one, since the first of them": async (world) => {
    const { target } = await known(world);
    const counted = [];
    for (const at of [AT, "2026-01-01T00:00:01.000Z", "2026-01-01T00:00:02.000Z"]) counted.push(await count(world, target, { at }));
    equal(
      counted.map((guess) => [guess.count, guess.since]),
      [
        [1, AT],
        [2, AT],
        [3, AT],
      ],
    );
  },

  "of 50 guesses at once each gets a number of its own": async (world) => {
    const { target } = await known(world);
    const numbers = (await race(50, () => count(world, target))).map((guess) => guess.count);
    equal(
      numbers.sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
  },

  "50 guesses at a stranger at once are counted like those at somebody known": async (world) => {
    const target = nobody(world);
    const numbers = (await race(50, () => count(world, target))).map((guess) => guess.count);
    equal(
      numbers.sort((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
  },

  "a window that began at or before its start is over, and a later one goes on": async (world) => {
    const { target } = await known(world);
    await count(world, target);
    equal((await count(world, target, { windowStart: "2025-12-31T23:59:59.999Z" })).count, 2, "within the window");
    const later = "2026-01-01T01:00:00.000Z";
    const anew = await count(world, target, { windowStart: AT, at: later });
    equal([anew.count, anew.since], [1, later], "after the window");
    equal((await count(world, target, { windowStart: AT, at: later })).count, 2, "within the second window");
  },

  "a success sets the counter back, a failure does not": async (world) => {
    const { target } = await known(world);
    await settle(world, await count(world, target), false);
    const second = await count(world, target);
    equal(second.count, 2, "after a failure");
    await settle(world, second, true);
    equal((await count(world, target)).count, 1, "after a success");
  },

  "the counter is whose secret it is, however that one was found": async (world) => {
    const { target } = await known(world, "found");
    const first = await count(world, target);
    const second = await count(world, { kind: "planet", identifier: unique("email", "found") });
    equal([second.count, second.counter], [2, first.counter]);
  },

  "two users, two methods and two strangers have counters of their own": async (world) => {
    const [one, other] = [await known(world, "a"), await known(world, "b")];
    await count(world, one.target);
    equal((await count(world, other.target)).count, 1, "another user");
    equal((await count(world, one.target, { method: "totp" })).count, 1, "another method");
    await count(world, nobody(world), { stranger: "stranger:x" });
    equal((await count(world, nobody(world), { stranger: "stranger:y" })).count, 1, "another stranger");
    equal((await count(world, nobody(world), { stranger: "stranger:x" })).count, 2, "the same stranger");
    equal((await count(world, one.target)).count, 2, "the first user");
  },

  "a success at one method leaves the counter of another": async (world) => {
    const { target } = await known(world);
    await count(world, target, { method: "totp" });
    await settle(world, await count(world, target), true);
    equal((await count(world, target, { method: "totp" })).count, 2);
  },

  "a stranger is counted under the name that was given, and has no secrets": async (world) => {
    const guess = await count(world, nobody(world), { stranger: "stranger:z" });
    equal(guess, { counter: "stranger:z", count: 1, since: AT, aggregate: undefined, materials: [] });
    await settle(world, guess, false);
    equal((await count(world, nobody(world), { stranger: "stranger:z" })).count, 2);
  },

  "who is known comes with state and materials as they are now": async (world) => {
    const [id, one, other] = [world.id(), world.id(), world.id()];
    const stranger = world.id();
    okOf(
      await world.store.commit(
        world.set(
          [world.created(id, { state: { name: "Mars" } }), world.created(stranger)],
          [put(one, id, "first"), put(other, id, "second"), put(world.id(), stranger, "somebody else's")],
        ),
        world.record(),
      ),
    );
    const guess = await count(world, { kind: "planet", id });
    equal(guess.aggregate, { id, version: 1, state: { name: "Mars" } });
    const secrets = (materials: Counted["materials"]) =>
      materials.map(({ credentialId, secret }) => [credentialId, secret.reveal()]).sort();
    equal(
      secrets(guess.materials),
      [
        [one, "first"],
        [other, "second"],
      ].sort(),
    );
    const [material] = guess.materials.filter(({ credentialId }) => credentialId === one);
    check(material !== undefined, "the material is there");
    okOf(await world.store.vault.replace(world.tenant, material, new Secret("third")));
    okOf(await world.store.commit(world.set([world.updated(id, 1)], [{ drop: other }]), world.record()));
    equal(secrets((await count(world, { kind: "planet", id })).materials), [[one, "third"]]);
  },

  "traces do not touch the history and version of whose secret it is": async (world) => {
    const { id, target } = await known(world);
    await settle(world, await count(world, target), false);
    equal([(await world.get(id))?.version, (await world.history(id)).length], [1, 1]);
    await world.given(world.updated(id, 1));
  },

  "a guess counts although a transaction that holds the user is open, and after that one is rolled back": async (world) => {
    const { target } = await known(world);
    const transaction = await world.begin();
    okOf(await transaction.load(world.tenant, target, { limit: 1, lock: true }));
    const guess = count(world, target);
    const early = await answerSoFar(guess);
    await transaction.rollback();
    equal((early ?? (await guess)).count, 1);
    equal((await count(world, target)).count, 2);
  },
};
