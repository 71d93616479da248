import type { Engine } from "../../engine.js";
import type { StoredEvent } from "../../ports/store.js";
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
  const began = clock.now();
  if (attempt === 1) instrumentation.record("denizen.delivery.lag", Math.max(0, began - Date.parse(occurredAt)) / 1000, subscriber);
  const failure = await instrumentation.span(
    `denizen.deliver ${name}`,
    { ...subscriber, "denizen.event.type": type, "denizen.attempt": attempt },
    async () => work(),
    { ...(trace === null ? {} : { parent: trace }), failed: (answer) => answer?.code },
  );
  const outcome = { ...subscriber, "denizen.outcome": failure?.code ?? "ok" };
  instrumentation.count("denizen.deliveries", 1, outcome);
  instrumentation.record("denizen.delivery.duration", Math.max(0, clock.now() - began) / 1000, outcome);
  if (failure !== undefined && attempt >= settings.attempts) instrumentation.count("denizen.dead_letters", 1, subscriber);
  return failure;
}
