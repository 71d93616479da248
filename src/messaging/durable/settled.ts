import { answer } from "../../answered.js";
import type { Engine } from "../../engine.js";
import type { Clock } from "../../kernel/clock.js";
import { timestamp } from "../../kernel/clock.js";
import { domainError, invalidArgument } from "../../kernel/error.js";
import type { DomainError, InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, errAsync, ok } from "../../kernel/result.js";
import type { Result, ResultAsync } from "../../kernel/result.js";
import { isWhole, LONGEST_WAIT } from "../../kernel/whole.js";
import type { StoreError } from "../../ports/store.js";
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

/** The longest pause between two looks. */
const LONGEST_PAUSE = 100;

/** Events between two looks at the time: handlers may go on answering each other for ever. */
const AT_ONCE = 200;

export function settled(engine: Engine, input: unknown): ResultAsync<Settlement, Unsettled | StoreError | InvalidArgument> {
  const timeout = field(input, "timeout") ?? 10_000;
  return isWhole(timeout, 1, LONGEST_WAIT)
    ? answer(() => settle(engine, timeout))
    : errAsync(invalidArgument("timeout", "must be a whole number of milliseconds"));
}

async function settle(engine: Engine, timeout: number): Promise<Result<Settlement, Unsettled | StoreError>> {
  await using worker = new Worker(engine, engine.durable.all, { manual: true });
  let [late, advanced] = [false, false];
  const timer = setTimeout(() => (late = true), timeout);
  try {
    for (;;) {
      const drained = await Worker.drain(worker, AT_ONCE);
      if (drained.isErr()) return err(drained.error);
      const { taken, next } = drained.value;
      const status = await statusOf(engine);
      if (status.isErr()) return err(status.error);
      const behind = status.value.filter(({ lag, paused }) => lag > 0 && !paused).map(({ subscriber }) => subscriber);
      if (next === null && behind.length === 0) return ok({ deadLetters: status.value.reduce((sum, each) => sum + each.deadLetters, 0) });
      if (late) return err(domainError("unsettled", `not everything is done after ${timeout} ms`, { subscribers: behind }));
      const wait = next ?? LONGEST_PAUSE;
      // Time passes at once where it can be told to. Where that has brought nothing, the store goes by a clock of its own.
      advanced = !(advanced && taken === 0) && advance(engine, wait);
      if (!advanced) await new Promise((resolve) => setTimeout(resolve, Math.min(wait, LONGEST_PAUSE)));
    }
  } finally {
    clearTimeout(timer);
  }
}

const statusOf = ({ store, clock, durable }: Engine) =>
  store.deliveries.status(timestamp(clock.now())).map((all) => all.filter(({ subscriber }) => durable.get(subscriber) !== undefined));

/** Not while a worker has something in hand: its lease is to outlast what it does. */
function advance({ clock, durable }: Engine, milliseconds: number): boolean {
  if (!canAdvance(clock) || durable.busy.size > 0) return false;
  clock.advance(milliseconds);
  return true;
}

const canAdvance = (clock: Clock): clock is Clock & { advance(milliseconds: number): void } =>
  "advance" in clock && typeof clock.advance === "function";
