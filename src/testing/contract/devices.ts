import type { Guess } from "denizen/ports";
import { equal } from "../assertions.js";
import type { Group } from "./case.js";
import { count, known, nobody, settle } from "./guesses.js";
import { later } from "./world.js";
import type { World } from "./world.js";

/** One guess, then a lock of ten seconds. */
const ONE: Partial<Guess> = { lockout: { limit: 1, first: 10_000, longest: 10_000, memory: 600_000 } };

const from = (holder: string, name: string): Partial<Guess> => ({ ...ONE, device: { holder, name } });

async function user(world: World) {
  const { id, target } = await known(world, world.id());
  return {
    id,
    guess: async (parts: Partial<Guess> = ONE) => {
      const counted = await count(world, target, parts);
      return { counted, is: [counted.counter, counted.count, counted.refusedUntil] };
    },
  };
}

export const devices: Group = {
  "a device of the holder's has a counter of its own": async (world) => {
    const { id, guess } = await user(world);
    const lock = later(10);
    equal((await guess()).is, [`planet:${id}`, 1, null]);
    equal((await guess(from(id, "phone"))).is, [`planet:${id}:phone`, 1, null], "not locked by whoever has none");
    equal((await guess(from(id, "laptop"))).is, [`planet:${id}:laptop`, 1, null], "nor by another device");
    for (const [parts, counter] of [
      [ONE, ""],
      [from(id, "phone"), ":phone"],
      [from(id, "laptop"), ":laptop"],
    ] as const) {
      equal((await guess(parts)).is, [`planet:${id}${counter}`, 1, lock]);
    }
  },

  "a locked device locks nobody else": async (world) => {
    const { id, guess } = await user(world);
    await guess(from(id, "phone"));
    equal((await guess(from(id, "phone"))).counted.refusedUntil, later(10));
    equal((await guess()).is, [`planet:${id}`, 1, null]);
  },

  "another user's device counts like none": async (world) => {
    const [one, other] = [await user(world), await user(world)];
    equal((await one.guess(from(other.id, "phone"))).is, [`planet:${one.id}`, 1, null]);
    equal((await one.guess()).counted.refusedUntil, later(10));
    equal((await other.guess(from(other.id, "phone"))).is, [`planet:${other.id}:phone`, 1, null], "at the holder's own secret");
  },

  "nor has a stranger a device": async (world) => {
    const target = nobody(world);
    const guess = await count(world, target, { ...from(world.id(), "phone"), stranger: "stranger:d" });
    equal([guess.counter, guess.count], ["stranger:d", 1]);
    equal((await count(world, target, { ...ONE, stranger: "stranger:d" })).refusedUntil, later(10));
  },

  "a success forgets its own counter alone": async (world) => {
    const { id, guess } = await user(world);
    const phone = await guess(from(id, "phone"));
    const plain = await guess();
    await settle(world, phone.counted, true);
    equal((await guess()).counted.refusedUntil, later(10), "without a device");
    equal((await guess(from(id, "phone"))).is, phone.is, "the device");
    await settle(world, plain.counted, true);
    equal((await guess(from(id, "phone"))).counted.refusedUntil, later(10), "the device, the other way round");
    equal((await guess()).is, plain.is, "without a device");
  },

  "a device's counters of two methods are apart": async (world) => {
    const { id, guess } = await user(world);
    await guess(from(id, "phone"));
    equal((await guess({ ...from(id, "phone"), method: "totp" })).counted.refusedUntil, null);
  },
};
