import { ok, ResultAsync } from "denizen";
import type { Counted, Guess, Settlement } from "denizen/ports";
import type { Fault, FaultsByTopic } from "./fault.js";

const NEVER = "9999-12-31T23:59:59.999Z";

const counting =
  (spoil: (guess: Guess) => Guess): Fault =>
  ({ attempts }) => ({ attempts: { ...attempts, count: (guess) => attempts.count(spoil(guess)) } });

const locking = (other: Partial<Guess["lockout"]>): Fault => counting((guess) => ({ ...guess, lockout: { ...guess.lockout, ...other } }));

const answering =
  (spoil: (counted: Counted, guess: Guess) => Counted): Fault =>
  ({ attempts }) => ({ attempts: { ...attempts, count: (guess) => attempts.count(guess).map((counted) => spoil(counted, guess)) } });

const settling =
  (spoil: (settlement: Settlement) => readonly Settlement[]): Fault =>
  ({ attempts }) => ({
    attempts: {
      ...attempts,
      settle: (settlement) => ResultAsync.combine(spoil(settlement).map((one) => attempts.settle(one))).map(() => undefined),
    },
  });

/** Stores that miscount guesses. */
export const guessFaults: FaultsByTopic = {
  attempts: {
    "one that reads nothing alongside": answering((counted) => ({ ...counted, alongside: {} })),
    "one that appends no events of a settlement": settling((settlement) => [{ ...settlement, events: [] }]),
  },

  "lock-out": {
    "one that never locks": locking({ limit: 100_000 }),
    "one that locks after one guess more": counting((guess) => ({
      ...guess,
      lockout: { ...guess.lockout, limit: guess.lockout.limit + 1 },
    })),
    "one whose locks are all as long as the first": counting((guess) => ({
      ...guess,
      lockout: { ...guess.lockout, longest: guess.lockout.first },
    })),
    "one whose locks grow without end": locking({ longest: 2 ** 50 }),
    "one that never forgets": locking({ memory: 2 ** 50 }),
    "one that counts refused guesses": ({ attempts }) => {
      const refused = new Map<string, number>();
      const spoil = (counted: Counted): Counted => {
        const before = refused.get(counted.counter) ?? 0;
        if (counted.refusedUntil !== null) refused.set(counted.counter, before + 1);
        return { ...counted, count: counted.count + before };
      };
      return { attempts: { ...attempts, count: (guess) => attempts.count(guess).map(spoil) } };
    },
    "one that counts in two steps": ({ attempts }) => {
      const seen = new Map<string, number>();
      const count = async (guess: Guess): Promise<Counted> => {
        const key = JSON.stringify([guess.tenant, guess.target, guess.method]);
        const before = seen.get(key) ?? 0;
        const counted = (await attempts.count({ ...guess, lockout: { ...guess.lockout, limit: 100_000 } }))._unsafeUnwrap();
        seen.set(key, before + 1);
        return before < guess.lockout.limit ? { ...counted, count: before + 1 } : { ...counted, count: before, refusedUntil: NEVER };
      };
      return { attempts: { ...attempts, count: (guess) => new ResultAsync(count(guess).then((counted) => ok(counted))) } };
    },
    "one that locks no stranger": answering((counted) => (counted.aggregate === undefined ? { ...counted, refusedUntil: null } : counted)),
    "one whose lock stays after a success": settling((settlement) => [{ ...settlement, succeeded: false }]),
  },

  devices: {
    "one that knows no devices": counting(({ device: _, ...guess }) => guess),
    "one that takes anybody's device": counting((guess) =>
      guess.device === undefined || !("id" in guess.target) ? guess : { ...guess, device: { ...guess.device, holder: guess.target.id } },
    ),
    "one whose success forgets the counters of all devices": settling((settlement) => [
      settlement,
      { ...settlement, counter: settlement.counter.split(":").slice(0, 2).join(":"), events: [] },
    ]),
  },
};
