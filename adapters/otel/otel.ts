import { context, trace } from "@opentelemetry/api";
import type { Instrumentation } from "denizen/ports";
import { Instruments } from "./instruments.js";
import { settingsOf } from "./options.js";
import type { OtelOptions } from "./options.js";
import { quietly } from "./quietly.js";
import { endSpan, endThrown, startSpan } from "./spans.js";
import { traceparentOf } from "./traceparent.js";

/**
 * Traces and measures with OpenTelemetry: `new Application({ instrumentation: otel() })`. It needs `@opentelemetry/api` alone; the SDK,
 * its context manager and its exporters are the host's. An SDK that throws changes nothing of what denizen answers.
 *
 * Spans, of kind internal unless said otherwise. One that failed has the status error and the code in `error.type`:
 * - `denizen.command signUp`, one for each command; `authenticate` and `startSession` are among them. `denizen.command`.
 * - `denizen.query accounts`, one for each query. `denizen.query`.
 * - `denizen.transaction`, a block of `transact` with all its re-runs.
 * - `denizen.commit`, within the former. `denizen.events`: how many were recorded when it began.
 * - `denizen.deliver welcome-mail`, of kind consumer, one for each try of a durable subscriber, with the span in which the event was
 *   made as its parent and in its links. `denizen.subscriber`, `denizen.event.type`, `denizen.attempt`, and those of `messaging.*`.
 *
 * Counters. `denizen.outcome` is `ok` or the code of the error, `_OTHER` where a host's error has none:
 * - `denizen.commands`, `denizen.queries`, `denizen.transactions`, `denizen.commits`: by name and `denizen.outcome`.
 * - `denizen.proofs`: by `denizen.method`; `denizen.outcome` is `ok` or why it was refused (`wrong`, `stranger`, `too-many-attempts`, …).
 * - `denizen.deliveries`: tries, by `denizen.subscriber` and `denizen.outcome`.
 * - `denizen.dead_letters`, and `denizen.deliveries.unsettled` (done, and the store could not be told), by `denizen.subscriber`.
 *
 * Histograms, in seconds: `denizen.command.duration`, `denizen.query.duration`, `denizen.transaction.duration` and
 * `denizen.commit.duration` by the same attributes as the counters; `denizen.delivery.duration`, a try alone; `denizen.delivery.lag`,
 * from the event until its first try. How far subscribers have come is observed by `observeSubscribers`.
 *
 * No attribute has an id, a secret or anything personal in it. Throws `ConfigurationError` when an option is none.
 */
export function otel(options: OtelOptions = {}): Instrumentation {
  const settings = settingsOf("otel", options);
  const instruments = new Instruments(settings);
  return Object.freeze<Instrumentation>({
    trace: () => quietly(() => traceparentOf(trace.getSpanContext(context.active()))),
    span: (name, attributes, work, { parent, failed } = {}) => {
      const span = quietly(() => startSpan(settings.tracers().getTracer(settings.name), name, attributes, parent));
      if (span === undefined) return work();
      let running: ReturnType<typeof work> | undefined;
      // Also where the context manager throws, before or after: once.
      const once = (): ReturnType<typeof work> => (running ??= (async () => work())());
      quietly(() => context.with(trace.setSpan(context.active(), span), () => void once()));
      return once().then(
        (value) => {
          endSpan(
            span,
            quietly(() => failed?.(value)),
          );
          return value;
        },
        (thrown: unknown) => {
          endThrown(span, thrown);
          throw thrown;
        },
      );
    },
    count: (name, amount, attributes) => quietly(() => instruments.current.counter(name).add(amount, attributes)),
    record: (name, value, attributes) => quietly(() => instruments.current.histogram(name).record(value, attributes)),
  });
}
