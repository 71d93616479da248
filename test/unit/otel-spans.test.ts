import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import type { DomainEvent } from "denizen";
import { otel } from "denizen/otel";
import { sdk, traceparent } from "./instrumentation/sdk.js";
import { ADA, applicationWith, EMAIL, PASSWORD, WRONG } from "./instrumentation/story.js";

function traced() {
  const host = sdk();
  const instrumentation = otel(host.options);
  const application = applicationWith(instrumentation);
  const events: DomainEvent[] = [];
  application.bus.subscribe("*", (event) => events.push(event));
  return { ...host, instrumentation, application, events };
}

describe("a sign-up", () => {
  test("is a command with its commit in it, within the request", async () => {
    const on = traced();
    const request = on.tracer.startSpan("POST /users", { kind: SpanKind.SERVER });
    const answer = await context.with(trace.setSpan(context.active(), request), async () => on.application.commands.signUp(ADA));
    request.end();
    expect(answer.isOk()).toBe(true);
    const [commit, command] = [on.span("denizen.commit"), on.span("denizen.command signUp")];
    expect(command.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
    expect(commit.parentSpanContext?.spanId).toBe(command.spanContext().spanId);
    expect(on.spans()).toHaveLength(3);
    expect([commit, command].map(({ kind }) => kind)).toEqual([SpanKind.INTERNAL, SpanKind.INTERNAL]);
    expect(command.attributes).toEqual({ "denizen.command": "signUp" });
    expect(commit.attributes).toEqual({ "denizen.events": 6 });
    expect(command.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(command.instrumentationScope.name).toBe("denizen");
  });

  test("leaves the trace in its events: what the aggregates recorded was made in the commit, what guards did in the command", async () => {
    const on = traced();
    expect((await on.application.commands.signUp(ADA)).isOk()).toBe(true);
    const [commit, command] = [on.span("denizen.commit"), on.span("denizen.command signUp")];
    const traces = new Set(on.events.map(({ metadata }) => metadata.trace));
    expect([...traces].sort()).toEqual([traceparent(commit), traceparent(command)].sort());
    const created = on.events.find(({ type }) => type === "user-created");
    expect(created?.metadata.trace).toBe(traceparent(commit));
  });
});

test("a refused log-in has the status error and its code", async () => {
  const on = traced();
  expect((await on.application.commands.signUp(ADA)).isOk()).toBe(true);
  expect((await on.application.commands.logIn({ email: EMAIL, password: WRONG })).isErr()).toBe(true);
  const { status, attributes, events } = on.span("denizen.command logIn");
  expect(status).toEqual({ code: SpanStatusCode.ERROR, message: "invalid-credentials" });
  expect(attributes["error.type"]).toBe("invalid-credentials");
  expect(events).toEqual([]);
});

test("transact is a span around its commit, and what the block does itself is within it", async () => {
  const on = traced();
  const done = await on.application.transact(async function* ({ uow }) {
    on.tracer.startSpan("host's own").end();
    return uow.users.create({ name: "Grace Hopper" });
  });
  expect(done.isOk()).toBe(true);
  const { spanId } = on.span("denizen.transaction").spanContext();
  expect(on.span("host's own").parentSpanContext?.spanId).toBe(spanId);
  expect(on.span("denizen.commit").parentSpanContext?.spanId).toBe(spanId);
});

test("commands at once do not get into one another's traces", async () => {
  const on = traced();
  const names = ["ada", "grace", "edsger", "barbara"];
  await Promise.all(names.map((name) => on.application.commands.signUp({ name, emails: [`${name}@example.com`], password: PASSWORD })));
  const commands = on.spans().filter(({ name }) => name === "denizen.command signUp");
  expect(new Set(commands.map((span) => span.spanContext().traceId)).size).toBe(4);
  for (const commit of on.spans().filter(({ name }) => name === "denizen.commit")) {
    const command = commands.find((span) => span.spanContext().traceId === commit.spanContext().traceId);
    expect(commit.parentSpanContext?.spanId).toBe(command?.spanContext().spanId);
  }
});

describe("work that throws", () => {
  test.each([
    [new TypeError(`no ${EMAIL}`), "TypeError"],
    [Object.assign(new Error("no"), { name: `Error of ${EMAIL}` }), "_OTHER"],
    [EMAIL, "_OTHER"],
  ])("throws %s as it was, and its span has the type %s and nothing that it said", async (thrown, type) => {
    const on = traced();
    const work = on.instrumentation.span("denizen.deliver mail", {}, () => Promise.reject(thrown as Error));
    await expect(work).rejects.toBe(thrown);
    const span = on.span("denizen.deliver mail");
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: type });
    expect(span.events.map(({ attributes }) => attributes)).toEqual([{ "exception.type": type }]);
    expect(JSON.stringify([span.attributes, span.events, span.status])).not.toContain(EMAIL);
  });
});

test("the trace is that of the running span, and none where nothing runs", async () => {
  const on = traced();
  expect(on.instrumentation.trace()).toBeUndefined();
  const within = await on.instrumentation.span("denizen.query one", {}, async () => on.instrumentation.trace());
  expect(within).toBe(traceparent(on.span("denizen.query one")));
});
