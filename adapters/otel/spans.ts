import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Span, SpanContext, Tracer } from "@opentelemetry/api";
import type { InstrumentationAttributes } from "denizen/ports";
import { quietly } from "./quietly.js";
import { spanContextOf } from "./traceparent.js";

/** A span that is a child of the one named by `parent`, or else of what is running. */
export function startSpan(tracer: Tracer, name: string, attributes: InstrumentationAttributes, parent: string | undefined): Span {
  const running = context.active();
  const remote = spanContextOf(parent);
  const within = remote === undefined ? running : trace.setSpanContext(running, remote);
  return isDelivery(name)
    ? tracer.startSpan(name, { ...delivery(attributes), links: links(remote, trace.getSpanContext(running)) }, within)
    : tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes }, within);
}

const isDelivery = (name: string): boolean => name === "denizen.deliver" || name.startsWith("denizen.deliver ");

/** As the conventions have it for the processing of one message: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ */
const delivery = (attributes: InstrumentationAttributes) => ({
  kind: SpanKind.CONSUMER,
  attributes: {
    ...attributes,
    "messaging.system": "denizen",
    "messaging.destination.name": "events",
    "messaging.operation.name": "deliver",
    "messaging.operation.type": "process",
    ...(attributes["denizen.subscriber"] === undefined ? {} : { "messaging.consumer.group.name": attributes["denizen.subscriber"] }),
  },
});

/** To where the event was made, although that is the parent too: tools look for it there. And to what runs here, which then is not. */
const links = (...spans: readonly (SpanContext | undefined)[]) => spans.flatMap((span) => (span === undefined ? [] : [{ context: span }]));

export function endSpan(span: Span, failure: string | undefined): void {
  if (failure !== undefined) quietly(() => fail(span, failure));
  quietly(() => span.end());
}

export function endThrown(span: Span, thrown: unknown): void {
  const name = quietly(() => typeOf(thrown)) ?? OTHER;
  // Its type and nothing else: what is thrown by a database or a mail server has values in its message.
  quietly(() => span.recordException({ name }));
  endSpan(span, name);
}

function fail(span: Span, failure: string): void {
  span.setAttribute("error.type", failure);
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
}

/** What the conventions call an error without a type of its own. */
const OTHER = "_OTHER";

const typeOf = (thrown: unknown): string => (thrown instanceof Error && /^[\w$.]{1,64}$/.test(thrown.name) ? thrown.name : OTHER);
