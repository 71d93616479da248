import { Secret } from "denizen";
import type { Counted } from "denizen/ports";
import { check, equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { count, known, nobody, settle } from "./guesses.js";
import { accountState, signedUp } from "./people.js";
import { put } from "./vault.js";
import { answerSoFar, AT, later, race, unique } from "./world.js";

export const attempts: Group = {
  "guesses are counted one by one, and none is refused before the limit": async (world) => {
    const { target } = await known(world);
    const counted = [];
    for (const at of [AT, later(1), later(2)]) counted.push(await count(world, target, { at }));
    equal(
      counted.map((guess) => [guess.count, guess.refusedUntil]),
      [
        [1, null],
        [2, null],
        [3, null],
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

  "a success forgets the counter, a failure does not": async (world) => {
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
    const guess = await count(world, nobody(world), { stranger: "stranger:z", alongside: ["moon"] });
    equal(guess, { counter: "stranger:z", count: 1, refusedUntil: null, aggregate: undefined, alongside: {}, materials: [] });
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

  "the counter of who is known is named after kind and id": async (world) => {
    const { id } = await known(world, "named");
    equal((await count(world, { kind: "planet", identifier: unique("email", "named") })).counter, `planet:${id}`);
  },

  "what is asked for alongside are the aggregates of the same id, and what there is none of is left out": async (world) => {
    const id = world.id();
    const ring = world.created(id, { kind: "ring", state: { name: "ring" }, events: 2 });
    await world.given(world.created(id, { claimed: [unique("email", "a")] }), world.created(id, { kind: "moon" }), ring);
    await world.given(world.created(world.id(), { kind: "star" }));
    const target = { kind: "planet", identifier: unique("email", "a") };
    equal((await count(world, target, { alongside: ["ring", "star"] })).alongside, { ring: { id, version: 2, state: { name: "ring" } } });
    equal((await count(world, target, { alongside: ["moon", "ring"] })).alongside["moon"], { id, version: 1, state: { name: "planet" } });
    equal((await count(world, target, { alongside: [] })).alongside, {});
    equal((await count(world, target)).alongside, {});
  },

  "an account comes alongside its user, as both are now": async (world) => {
    const grants = [
      { role: "editor", scope: "team:1", grantedAt: AT },
      { role: "admin", scope: null, grantedAt: later(1) },
    ];
    const id = await signedUp(world, { name: "Ada", emails: ["ada@example.com"], phones: ["+34600123456"] }, { grants });
    const target = { kind: "user", identifier: unique("email", "ada@example.com") };
    const guess = await count(world, target, { alongside: ["account"] });
    equal(guess.aggregate, await world.get(id, "user"));
    equal(guess.alongside, { account: { id, version: 1, state: accountState({ grants }) } });
  },

  "a settlement's events are appended": async (world) => {
    const { id, target } = await known(world);
    const { counter } = await count(world, target);
    // With a version, unlike a guard's own, so that it can be read back.
    const event = world.event({ kind: "proof", id, version: 1 }, { type: "proof-failed", payload: { method: "password" }, subject: id });
    for (const [succeeded, events] of [
      [false, [event]],
      [true, []],
    ] as const) {
      okOf(await world.store.attempts.settle({ tenant: world.tenant, method: "password", counter, succeeded, events }));
    }
    equal(await world.history(id, 0, "proof"), [event]);
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
