import { context, SpanKind, trace } from "@opentelemetry/api";
import { AlwaysOffSampler, InMemorySpanExporter, ParentBasedSampler, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { describe, expect, test } from "vitest";
import type { DomainEvent } from "denizen";
import { otel } from "denizen/otel";
import { sdk, traceparent } from "./instrumentation/sdk.js";
import { ADA, applicationWith } from "./instrumentation/story.js";

/** An event as another process reads it from the log. */
async function eventOf(instrumentation: ReturnType<typeof otel>): Promise<DomainEvent> {
  const application = applicationWith(instrumentation);
  const events: DomainEvent[] = [];
  application.bus.subscribe("user-created", (event) => events.push(event));
  expect((await application.commands.signUp(ADA)).isOk()).toBe(true);
  return JSON.parse(JSON.stringify(events[0])) as DomainEvent;
}

const deliver = (instrumentation: ReturnType<typeof otel>, parent: string | null | undefined, work = async () => "done") =>
  instrumentation.span(
    "denizen.deliver welcome-mail",
    { "denizen.subscriber": "welcome-mail", "denizen.event.type": "user-created" },
    work,
    parent == null ? {} : { parent },
  );

describe("a delivery in another process", () => {
  test("goes on with the trace that the event brought, and links to where it was made", async () => {
    const [writing, working] = [sdk(), sdk()];
    const { metadata } = await eventOf(otel(writing.options));
    expect(metadata.trace).toBe(traceparent(writing.span("denizen.commit")));
    expect(await deliver(otel(working.options), metadata.trace)).toBe("done");
    const [commit, delivery] = [writing.span("denizen.commit"), working.span("denizen.deliver welcome-mail")];
    expect(delivery.kind).toBe(SpanKind.CONSUMER);
    expect(delivery.spanContext().traceId).toBe(commit.spanContext().traceId);
    expect(delivery.parentSpanContext).toMatchObject({ spanId: commit.spanContext().spanId, isRemote: true });
    expect(delivery.links.map((link) => link.context.spanId)).toEqual([commit.spanContext().spanId]);
    expect(delivery.attributes).toEqual({
      "denizen.subscriber": "welcome-mail",
      "denizen.event.type": "user-created",
      "messaging.system": "denizen",
      "messaging.destination.name": "events",
      "messaging.operation.name": "deliver",
      "messaging.operation.type": "process",
      "messaging.consumer.group.name": "welcome-mail",
    });
  });

  test("links to what runs around it as well, which is not its parent", async () => {
    const [writing, working] = [sdk(), sdk()];
    const { metadata } = await eventOf(otel(writing.options));
    const drain = working.tracer.startSpan("drain");
    await context.with(trace.setSpan(context.active(), drain), () => deliver(otel(working.options), metadata.trace));
    const [commit, delivery] = [writing.span("denizen.commit"), working.span("denizen.deliver welcome-mail")];
    expect(delivery.parentSpanContext?.spanId).toBe(commit.spanContext().spanId);
    expect(delivery.links.map((link) => link.context.spanId)).toEqual([commit.spanContext().spanId, drain.spanContext().spanId]);
  });

  test("is traced no more than the command was", async () => {
    const [unsampled, exporter, working] = [new AlwaysOffSampler(), new InMemorySpanExporter(), sdk()];
    const tracerProvider = new TracerProvider({
      sampler: new ParentBasedSampler({ root: unsampled }),
      spanProcessors: [new SimpleSpanProcessor({ exporter })],
    });
    const { metadata } = await eventOf(otel({ tracerProvider }));
    expect(metadata.trace).toMatch(/-00$/);
    await deliver(otel(working.options), metadata.trace);
    expect([...exporter.getFinishedSpans(), ...working.spans()]).toEqual([]);
  });

  test.each([
    null,
    "",
    "the host's own",
    `00-${"0".repeat(32)}-${"b".repeat(16)}-01`,
    `00-${"a".repeat(32)}-${"0".repeat(16)}-01`,
    `00-${"A".repeat(32)}-${"b".repeat(16)}-01`,
    `ff-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    `00-${"a".repeat(32)}-${"b".repeat(16)}-01-more`,
    `00-${"a".repeat(32)}-${"b".repeat(16)}-01\n`,
  ])("of an event with the trace %j begins a trace of its own", async (parent) => {
    const working = sdk();
    expect(await deliver(otel(working.options), parent)).toBe("done");
    const { parentSpanContext, links } = working.span("denizen.deliver welcome-mail");
    expect({ parentSpanContext, links }).toEqual({ parentSpanContext: undefined, links: [] });
  });

  test("reads what a later version of the format has in common with this one", async () => {
    const working = sdk();
    await deliver(otel(working.options), `01-${"a".repeat(32)}-${"b".repeat(16)}-03-more`);
    expect(working.span("denizen.deliver welcome-mail").parentSpanContext).toEqual({
      traceId: "a".repeat(32),
      spanId: "b".repeat(16),
      traceFlags: 3,
      isRemote: true,
    });
  });
});

test("what a host says of the message that it works on is the parent of the command, where it traces nothing itself", async () => {
  const host = sdk();
  const trace = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const scope = applicationWith(otel(host.options)).correlated({ trace });
  expect((await scope.commands.signUp(ADA)).isOk()).toBe(true);
  expect(host.span("denizen.command signUp").parentSpanContext?.spanId).toBe("b".repeat(16));
  expect(host.span("denizen.commit").spanContext().traceId).toBe("a".repeat(32));
});
