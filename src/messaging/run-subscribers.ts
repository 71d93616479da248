import { domainError, isDomainError, messageOf } from "../kernel/error.js";
import type { DomainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { LoadFailure } from "../ports/store.js";
import type { Vetoed } from "../errors.js";
import type { Subscription, Subscriptions } from "./subscriptions.js";
import { withDeadline } from "../kernel/deadline.js";
import { isErr } from "./answer.js";

/** What the unit of work lets its subscribers work with. */
export interface SubscriberRun<Unit> {
  readonly unit: Unit;
  readonly timeout: number;
  /** Whether an error that was thrown is the store's own (a deadlock, a serialization failure), so that it can be retried. */
  interpret(thrown: unknown): LoadFailure | undefined;
}

/** Calls every subscriber for every event, in order of registration, one after another; the first refusal ends it. */
export async function runSubscribers<Unit>(
  events: readonly DomainEvent[],
  sources: readonly Subscriptions<Unit>[],
  run: SubscriberRun<Unit>,
): Promise<Result<void, Vetoed<DomainError> | LoadFailure>> {
  for (const event of events) {
    for (const subscription of sources.flatMap((source) => source.for(event))) {
      const outcome = await call(subscription, event, run);
      if (outcome.isErr()) return outcome;
    }
  }
  return ok(undefined);
}

async function call<Unit>(
  { handler, declared }: Subscription<Unit>,
  event: DomainEvent,
  { unit, timeout, interpret }: SubscriberRun<Unit>,
): Promise<Result<void, Vetoed<DomainError> | LoadFailure>> {
  const veto = (reason: DomainError) =>
    err<never, Vetoed<DomainError>>(
      domainError("vetoed", `${event.type} was vetoed: ${reason.message}`, { subscriber: declared ? "declared" : "dynamic", reason }),
    );
  try {
    const answer = await withDeadline(async () => handler(event, unit), timeout);
    if (answer.timedOut) return veto(domainError("subscriber-timed-out", `no answer within ${timeout} ms`));
    if (!isErr(answer.value)) return ok(undefined);
    const { error } = answer.value;
    return isLoadFailure(error) ? err(error) : veto(reasonOf(error));
  } catch (thrown) {
    const meaning = interpret(thrown);
    if (meaning !== undefined) return err(meaning);
    return veto(domainError("subscriber-threw", messageOf(thrown), { cause: thrown }));
  }
}

/** A subscriber that hands on what the store answered it has refused nothing: a lost race is run again, an outage is an outage. */
const isLoadFailure = (error: unknown): error is LoadFailure => isDomainError(error) && LOAD_FAILURES.has(error.code);

const LOAD_FAILURES: ReadonlySet<string> = new Set<LoadFailure["code"]>([
  "concurrency-conflict",
  "store-busy",
  "store-failed",
  "store-unavailable",
]);

const reasonOf = (error: unknown): DomainError =>
  isDomainError(error) ? error : domainError("subscriber-refused", "a subscriber returned an err", { cause: error });
