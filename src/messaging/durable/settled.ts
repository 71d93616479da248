import type { Engine } from "../../engine.js";
import type { Clock } from "../../kernel/clock.js";
import { timestamp } from "../../kernel/clock.js";
import { domainError, invalidArgument } from "../../kernel/error.js";
import type { DomainError, InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, errAsync, ok, ResultAsync } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { StoreError } from "../../ports/store.js";
import { isWhole } from "./options.js";
import { Worker } from "./worker.js";

/** Something is still not done; `subscribers` are the names of those that have not come to the end of the log; none when something only waits for its next try. */
export type Unsettled = DomainError<"unsettled"> & { readonly subscribers: readonly string[] };

export interface SettledInput {
  /** Milliseconds, of real time. Default 10 000. */
  readonly timeout?: number;
}

/** Nothing is left that time or a worker could do. */
export interface Settlement {
  /** Events that were given up: see `deadLetters`. */
  readonly deadLetters: number;
}

/** The longest pause between two looks, where time cannot be advanced. */
const LONGEST_PAUSE = 100;

export function settled(engine: Engine, input: unknown): ResultAsync<Settlement, Unsettled | StoreError | InvalidArgument> {
  const timeout = field(input, "timeout") ?? 10_000;
  return isWhole(timeout, 1, 2 ** 31 - 1)
    ? new ResultAsync(settle(engine, timeout))
    : errAsync(invalidArgument("timeout", "must be a whole number of milliseconds"));
}

async function settle(engine: Engine, timeout: number): Promise<Result<Settlement, Unsettled | StoreError>> {
  await using worker = new Worker(engine, engine.durable.all, { manual: true });
  let late = false;
  const timer = setTimeout(() => (late = true), timeout);
  try {
    for (;;) {
      const drained = await Worker.drain(worker);
      if (drained.isErr()) return err(drained.error);
      const { delivered, next } = drained.value;
      const status = await statusOf(engine);
      if (status.isErr()) return err(status.error);
      const behind = status.value.filter(({ lag, paused }) => lag > 0 && !paused).map(({ subscriber }) => subscriber);
      if (next === null && behind.length === 0) return ok({ deadLetters: status.value.reduce((sum, each) => sum + each.deadLetters, 0) });
      if (late) return err(domainError("unsettled", `not everything is done after ${timeout} ms`, { subscribers: behind }));
      // One subscriber's handler may have published what another hears: then there is nothing to wait for.
      if (delivered === 0) await pass(engine.clock, next ?? LONGEST_PAUSE);
    }
  } finally {
    clearTimeout(timer);
  }
}

const statusOf = ({ store, clock, durable }: Engine) =>
  store.deliveries.status(timestamp(clock.now())).map((all) => all.filter(({ subscriber }) => durable.get(subscriber) !== undefined));

/** Time passes at once where it can be told to, as in tests. */
async function pass(clock: Clock, milliseconds: number): Promise<void> {
  if (canAdvance(clock)) clock.advance(milliseconds);
  else await new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, LONGEST_PAUSE)));
}

const canAdvance = (clock: Clock): clock is Clock & { advance(milliseconds: number): void } =>
  "advance" in clock && typeof clock.advance === "function";
