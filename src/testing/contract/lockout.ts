import type { Counted, Guess, Lockout, Lookup } from "denizen/ports";
import { equal } from "../assertions.js";
import type { Group } from "./case.js";
import { count, known, nobody, settle } from "./guesses.js";
import { AT, later, race } from "./world.js";
import type { World } from "./world.js";

/** Three guesses, then locks of 10, 20, 40, 60, 60, … seconds, all forgotten ten minutes after the last guess. */
const LOCKOUT: Lockout = { limit: 3, first: 10_000, longest: 60_000, memory: 600_000 };

const guess = (world: World, target: Lookup, seconds = 0, parts: Partial<Guess> = {}): Promise<Counted> =>
  count(world, target, { at: later(seconds), lockout: LOCKOUT, ...parts });

const told = ({ count, refusedUntil }: Counted): readonly unknown[] => [count, refusedUntil];

/** Three guesses at `AT`, which lock the counter for ten seconds. */
async function locked(world: World, target: Lookup, parts: Partial<Guess> = {}): Promise<Counted> {
  for (let guesses = 1; guesses < 3; guesses++) await guess(world, target, 0, parts);
  const last = await guess(world, target, 0, parts);
  equal(told(last), [3, null], "the last free guess");
  return last;
}

export const lockout: Group = {
  "as many guesses as the limit are let through, and the next is refused until the lock ends": async (world) => {
    const { target } = await known(world);
    for (const seconds of [0, 1, 2]) equal(told(await guess(world, target, seconds)), [seconds + 1, null]);
    for (const seconds of [2, 5, 11.999]) equal(told(await guess(world, target, seconds)), [3, later(12)], `after ${seconds} seconds`);
  },

  "a guess at the very end of the lock is let through, and the next lock takes twice as long": async (world) => {
    const { target } = await known(world);
    await locked(world, target);
    equal(told(await guess(world, target, 10)), [4, null]);
    equal(told(await guess(world, target, 10)), [4, later(30)]);
    equal(told(await guess(world, target, 100)), [5, null]);
    equal(told(await guess(world, target, 139.999)), [5, later(140)]);
  },

  "no lock takes longer than the longest": async (world) => {
    const { target } = await known(world);
    await locked(world, target);
    let end = 10;
    for (const [index, seconds] of [20, 40, 60, 60, 60].entries()) {
      equal(told(await guess(world, target, end)), [4 + index, null]);
      end += seconds;
      equal(told(await guess(world, target, end - 0.001)), [4 + index, later(end)]);
    }
  },

  "not even after more guesses than numbers can double": async (world) => {
    const { target } = await known(world);
    await race(1100, () => count(world, target));
    equal(told(await guess(world, target)), [1101, null]);
    equal(told(await guess(world, target, 1)), [1101, later(60)]);
  },

  "a refused guess makes no lock longer, and no count greater": async (world) => {
    const { target } = await known(world);
    await locked(world, target);
    for (let seconds = 0; seconds < 10; seconds++) equal(told(await guess(world, target, seconds)), [3, later(10)]);
    equal(told(await guess(world, target, 10)), [4, null]);
  },

  "guesses are forgotten when the last counted one is long enough ago, and not before": async (world) => {
    const { target } = await known(world);
    await guess(world, target);
    equal(told(await guess(world, target, 599.999)), [2, null], "a millisecond before the first is forgotten");
    equal(told(await guess(world, target, 1199.998)), [3, null], "counted since the second, not the first");
    equal(told(await guess(world, target, 1200)), [3, later(1209.998)], "refused");
    equal(told(await guess(world, target, 1799.998)), [1, null], "a refused guess is not counted");
  },

  "who is forgotten starts with all guesses free, and with the first lock": async (world) => {
    const { target } = await known(world);
    await locked(world, target);
    await guess(world, target, 10);
    for (const number of [1, 2, 3]) equal(told(await guess(world, target, 610)), [number, null]);
    equal(told(await guess(world, target, 610)), [3, later(620)]);
  },

  "a lock outlives the memory where it is the longer of the two": async (world) => {
    const { target } = await known(world);
    const short = { lockout: { ...LOCKOUT, memory: 1000 } };
    await locked(world, target, short);
    equal(told(await guess(world, target, 9.999, short)), [3, later(10)]);
    equal(told(await guess(world, target, 10, short)), [1, null]);
  },

  "a success lifts the lock and forgets the guesses, a failure does neither": async (world) => {
    const { target } = await known(world);
    const last = await locked(world, target);
    await settle(world, last, false);
    equal(told(await guess(world, target, 1)), [3, later(10)]);
    await settle(world, last, true);
    equal(told(await guess(world, target, 1)), [1, null]);
  },

  "a stranger is locked like somebody known, and the next stranger is not": async (world) => {
    await locked(world, nobody(world), { stranger: "stranger:x" });
    equal(told(await guess(world, nobody(world), 1, { stranger: "stranger:x" })), [3, later(10)]);
    equal(told(await guess(world, nobody(world), 1, { stranger: "stranger:y" })), [1, null]);
  },

  "another method, user or tenant is not locked": async (world) => {
    const [one, other, elsewhere] = [await known(world, "a"), await known(world, "b"), world.elsewhere()];
    await locked(world, one.target);
    equal(told(await guess(world, one.target, 1, { method: "totp" })), [1, null], "another method");
    equal(told(await guess(world, other.target, 1)), [1, null], "another user");
    equal(told(await guess(elsewhere, one.target, 1)), [1, null], "another tenant");
    equal(told(await guess(world, one.target, 1)), [3, later(10)], "the one that is locked");
  },

  "of 50 guesses at once as many as the limit are let through": async (world) => {
    const { target } = await known(world);
    await raced(() => count(world, target, { at: AT, lockout: { ...LOCKOUT, limit: 10 } }));
  },

  "of 50 guesses at a stranger at once too": async (world) => {
    const target = nobody(world);
    await raced(() => count(world, target, { at: AT, lockout: { ...LOCKOUT, limit: 10 } }));
  },

  "of 50 guesses at once after a lock one is let through": async (world) => {
    const { target } = await known(world);
    await locked(world, target);
    const answers = (await race(50, () => guess(world, target, 10))).map(told);
    equal(
      answers.filter(([, until]) => until === null),
      [[4, null]],
    );
    equal(
      answers.filter(([, until]) => until !== null),
      Array.from({ length: 49 }, () => [4, later(30)]),
    );
  },
};

async function raced(guessed: () => Promise<Counted>): Promise<void> {
  const answers = await race(50, guessed);
  const through = answers.filter(({ refusedUntil }) => refusedUntil === null).map((answer) => answer.count);
  equal(
    through.sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  const refused = answers.filter(({ refusedUntil }) => refusedUntil !== null).map(told);
  equal(
    refused,
    Array.from({ length: 40 }, () => [10, later(10)]),
  );
}
