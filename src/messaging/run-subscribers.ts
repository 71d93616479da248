import { domainError, isDomainError, messageOf } from "../kernel/error.js";
import type { DomainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { LoadFailure } from "../ports/store.js";
import type { Vetoed } from "../errors.js";
import type { Subscription, Subscriptions } from "./subscriptions.js";
import { withDeadline } from "../kernel/deadline.js";

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
    for (const subscription of sources.flatMap((source) => source.for(event.type))) {
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
    return isErr(answer.value) ? veto(reasonOf(answer.value.error)) : ok(undefined);
  } catch (thrown) {
    const meaning = interpret(thrown);
    if (meaning !== undefined) return err(meaning);
    return veto(domainError("subscriber-threw", messageOf(thrown), { cause: thrown }));
  }
}

// By shape and not by class: a host may have a neverthrow of its own.
const isErr = (value: unknown): value is { readonly error: unknown } =>
  typeof value === "object" &&
  value !== null &&
  "isErr" in value &&
  typeof value.isErr === "function" &&
  (value as { isErr: () => unknown }).isErr() === true &&
  "error" in value;

const reasonOf = (error: unknown): DomainError =>
  isDomainError(error) ? error : domainError("subscriber-refused", "a subscriber returned an err", { cause: error });
