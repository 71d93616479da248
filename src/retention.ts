import { answer } from "./answered.js";
import type { Engine } from "./engine.js";
import { timestamp } from "./kernel/clock.js";
import { invalidArgument } from "./kernel/error.js";
import type { InvalidArgument } from "./kernel/error.js";
import { field } from "./kernel/hostile.js";
import { err, errAsync, ok } from "./kernel/result.js";
import type { Result, ResultAsync } from "./kernel/result.js";
import { isWhole } from "./kernel/whole.js";
import type { Sweepable } from "./ports/retention.js";
import type { StoreError } from "./ports/store.js";

/** For how many days each is kept, 1 to 36 500; null for ever. */
export interface RetentionInput {
  /**
   * Records of commits, by which lost answers and repeated commands are recognised, and what a durable subscriber has done through
   * `delivery.unitOfWork()`: an event that comes again after so long has its effect again. Default 30.
   */
  readonly commits?: number | null;
  /** Sessions that have ended. Default 30. */
  readonly sessions?: number | null;
  /** Counters of guesses that count no more. Default 7. */
  readonly attempts?: number | null;
  /** Events of proofs and sessions, which no aggregate is made of. Default: for ever. */
  readonly traces?: number | null;
}

/** How many of each were removed. */
export type Swept = Readonly<Record<Sweepable, number>>;

const DAY = 24 * 60 * 60_000;
const DEFAULTS: Readonly<Record<Sweepable, number | null>> = { commits: 30, sessions: 30, attempts: 7, traces: null };
const KINDS = ["commits", "sessions", "attempts", "traces"] as const satisfies readonly Sweepable[];

/** Rows in one statement: short enough to be in nobody's way. */
const AT_ONCE = 1000;

/** Removes what has been kept long enough: for a job of the host's, once a day. */
export class Retention {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Of all tenants. What one call has removed stays removed when it then fails. Errors: `invalid-argument`, and the store's. */
  sweep(input: RetentionInput = {}): ResultAsync<Swept, StoreError | InvalidArgument> {
    const kept = new Map<Sweepable, number | null>();
    for (const kind of KINDS) {
      const given = field(input, kind);
      const days = given === undefined ? DEFAULTS[kind] : given;
      if (!isDays(days)) return errAsync(invalidArgument(kind, "must be a whole number of days from 1 to 36500, or null"));
      kept.set(kind, days);
    }
    return answer(() => this.#sweep(kept));
  }

  async #sweep(kept: ReadonlyMap<Sweepable, number | null>): Promise<Result<Swept, StoreError>> {
    const swept = { commits: 0, sessions: 0, attempts: 0, traces: 0 };
    for (const [what, days] of kept) {
      const before = timestamp(this.#engine.clock.now() - (days ?? 0) * DAY);
      for (let removed = AT_ONCE; days !== null && removed === AT_ONCE; swept[what] += removed) {
        const answer = await this.#engine.store.retention.sweep({ what, before, limit: AT_ONCE });
        if (answer.isErr()) return err(answer.error);
        removed = answer.value;
      }
    }
    return ok(swept);
  }
}

const isDays = (value: unknown): value is number | null => value === null || isWhole(value, 1, 36_500);
