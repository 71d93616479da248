import type { Engine } from "../../engine.js";
import { stopwatch } from "../../kernel/stopwatch.js";
import { attributeCode } from "../../measured.js";
import type { StoredEvent } from "../../ports/store.js";
import { isCutOff } from "./cut.js";
import type { Failure } from "./handle.js";
import type { DurableSubscriber } from "./subscribers.js";

/** One try as a span of the trace that the event carries, and what it adds to the figures. */
export async function measuredDelivery(
  { instrumentation, clock }: Engine,
  { name, settings }: DurableSubscriber,
  { type, occurredAt, metadata: { trace } }: StoredEvent,
  attempt: number,
  work: () => Promise<Failure> | Failure,
): Promise<Failure> {
  const subscriber = { "denizen.subscriber": name };
  const lag = Math.max(0, clock.now() - Date.parse(occurredAt)) / 1000;
  if (attempt === 1) instrumentation.record("denizen.delivery.lag", lag, subscriber);
  const elapsed = stopwatch();
  const failure = await instrumentation.span(
    `denizen.deliver ${name}`,
    { ...subscriber, "denizen.event.type": type, "denizen.attempt": attempt },
    async () => work(),
    { ...(trace === null ? {} : { parent: trace }), failed: codeOf },
  );
  const outcome = { ...subscriber, "denizen.outcome": codeOf(failure) ?? "ok" };
  instrumentation.count("denizen.deliveries", 1, outcome);
  instrumentation.record("denizen.delivery.duration", elapsed(), outcome);
  if (failure !== undefined && attempt >= settings.attempts && !isCutOff(failure))
    instrumentation.count("denizen.dead_letters", 1, subscriber);
  return failure;
}

const codeOf = (failure: Failure): string | undefined => (failure === undefined ? undefined : attributeCode(failure.code));
