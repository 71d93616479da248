import type { BatchObservableResult, Observable } from "@opentelemetry/api";
import { ConfigurationError } from "denizen";
import type { ResultAsync } from "denizen";
import type { Clock, SubscriberStatus } from "denizen/ports";
import { settingsOf } from "./options.js";
import type { OtelOptions } from "./options.js";

/** `() => application.durable.status()` */
export type SubscriberStatuses = () => ResultAsync<readonly SubscriberStatus[], unknown>;

export interface ObserveOptions extends Pick<OtelOptions, "meterProvider" | "name"> {
  /** By which the age of the oldest event is told: the system's by default. */
  readonly clock?: Clock;
}

/**
 * Observes how far the durable subscribers have come, each time metrics are collected, with one query. One process of an application
 * is enough. Answers how to stop. The meter provider must be registered before.
 *
 * Gauges by `denizen.subscriber`: `denizen.subscriber.lag` (events beyond it, of whatever type), `denizen.subscriber.oldest` (seconds
 * since the oldest event that it has not handled; 0 when there is none), `denizen.subscriber.waiting` and
 * `denizen.subscriber.dead_letters` (events), `denizen.subscriber.paused` (0 or 1). A counter: `denizen.subscriber.delivered`. While
 * the store does not answer there are no values.
 *
 * Throws `ConfigurationError` when an option is none.
 */
export function observeSubscribers(statuses: SubscriberStatuses, options: ObserveOptions = {}): () => void {
  const { meters, name } = settingsOf("observeSubscribers", options, ["clock"]);
  const { clock = { now: Date.now } } = options;
  if (typeof statuses !== "function") throw new ConfigurationError(["observeSubscribers takes () => application.durable.status()"]);
  if (typeof clock?.now !== "function") throw new ConfigurationError(["observeSubscribers: clock must have now()"]);
  const meter = meters().getMeter(name);
  const gauge = (what: string, unit: string) => meter.createObservableGauge(`denizen.subscriber.${what}`, { unit });
  const values: readonly (readonly [Observable, (status: SubscriberStatus) => number])[] = [
    [gauge("lag", "{event}"), ({ lag }) => lag],
    [gauge("oldest", "s"), ({ oldest }) => (oldest === null ? 0 : Math.max(0, clock.now() - Date.parse(oldest)) / 1000)],
    [gauge("waiting", "{event}"), ({ waiting }) => waiting],
    [gauge("dead_letters", "{event}"), ({ deadLetters }) => deadLetters],
    [gauge("paused", "1"), ({ paused }) => Number(paused)],
    [meter.createObservableCounter("denizen.subscriber.delivered", { unit: "{event}" }), ({ delivered }) => delivered],
  ];
  const observe = async (result: BatchObservableResult): Promise<void> => {
    const answer = await statuses();
    if (answer.isErr()) return;
    for (const status of answer.value) {
      for (const [instrument, valueOf] of values) result.observe(instrument, valueOf(status), { "denizen.subscriber": status.subscriber });
    }
  };
  const observed = values.map(([instrument]) => instrument);
  meter.addBatchObservableCallback(observe, observed);
  return () => meter.removeBatchObservableCallback(observe, observed);
}
