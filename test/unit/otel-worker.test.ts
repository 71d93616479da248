import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { domainError, err, ok } from "denizen";
import { memory } from "denizen/memory";
import { observeSubscribers, otel } from "denizen/otel";
import { sdk, traceparent, valuesOf } from "./instrumentation/sdk.js";
import { ADA, applicationWith, EMAIL } from "./instrumentation/story.js";

/** Two processes on one store, each with an SDK of its own: one has commands, the other a worker. */
function processes() {
  const [store, writing, working] = [memory(), sdk(), sdk()];
  const writer = applicationWith(otel(writing.options), store);
  return { writing, working, writer, reader: applicationWith(otel(working.options), store, 1_000) };
}

const NAME = "denizen.deliver welcome-mail";

describe("a handler in another process", () => {
  test("is in the trace of the command, and so is what it does", async () => {
    const { writing, working, writer, reader } = processes();
    let own: string | undefined;
    reader.durable.subscribe("welcome-mail", "account-opened", async (_event, delivery) => {
      own = delivery.correlation.trace;
      working.tracer.startSpan("SMTP").end();
      await using uow = delivery.unitOfWork();
      (await uow.users.create({ name: "Grace Hopper" }))._unsafeUnwrap();
      return await uow.commit();
    });
    expect((await writer.commands.signUp(ADA)).isOk()).toBe(true);
    await using worker = reader.worker({ manual: true });
    expect((await worker.drain()).isOk()).toBe(true);

    const made = writing.span("denizen.commit").spanContext();
    const first = working.spans().find(({ name, parentSpanContext }) => name === NAME && parentSpanContext?.spanId === made.spanId);
    expect(first?.kind).toBe(SpanKind.CONSUMER);
    expect(first?.spanContext().traceId).toBe(made.traceId);
    expect(first?.attributes).toMatchObject({
      "denizen.subscriber": "welcome-mail",
      "denizen.event.type": "account-opened",
      "denizen.attempt": 1,
    });
    const within = working.spans().filter(({ parentSpanContext }) => parentSpanContext?.spanId === first?.spanContext().spanId);
    expect(within.map(({ name }) => name)).toEqual(["SMTP", "denizen.commit"]);
    expect(own).toMatch(new RegExp(`^00-${made.traceId}-`));
  });

  test("that fails has the status error and its code, and is counted", async () => {
    const { writing, working, writer, reader } = processes();
    let tries = 0;
    reader.durable.subscribe(
      "welcome-mail",
      "user-created",
      () => (++tries === 1 ? err(domainError("mail-refused", `no mail for ${EMAIL}`)) : ok(undefined)),
      { attempts: 2, backOff: { first: 0, longest: 0 } },
    );
    expect((await writer.commands.signUp(ADA)).isOk()).toBe(true);
    await using worker = reader.worker({ manual: true });
    for (let time = 0; time < 3; time++) expect((await worker.drain()).isOk()).toBe(true);
    const deliveries = working.spans().filter(({ name }) => name === NAME);
    expect(deliveries.map(({ status }) => status)).toEqual([
      { code: SpanStatusCode.ERROR, message: "mail-refused" },
      { code: SpanStatusCode.UNSET },
    ]);
    expect(deliveries.map(({ attributes }) => attributes["denizen.attempt"])).toEqual([1, 2]);
    expect(new Set(deliveries.map((span) => span.spanContext().traceId))).toEqual(
      new Set([writing.span("denizen.commit").spanContext().traceId]),
    );
    const all = await working.metrics();
    expect(valuesOf(all.get("denizen.deliveries"))).toEqual([
      [{ "denizen.subscriber": "welcome-mail", "denizen.outcome": "mail-refused" }, 1],
      [{ "denizen.subscriber": "welcome-mail", "denizen.outcome": "ok" }, 1],
    ]);
    expect(all.get("denizen.delivery.duration")?.descriptor.unit).toBe("s");
    expect(valuesOf(all.get("denizen.delivery.lag"))).toMatchObject([[{ "denizen.subscriber": "welcome-mail" }, { count: 1 }]]);
    expect(JSON.stringify([deliveries.map(({ attributes, status }) => [attributes, status]), [...all.keys()]])).not.toContain(EMAIL);
  });

  test("whose error is a host's own text tells none of it", async () => {
    const { working, writer, reader } = processes();
    reader.durable.subscribe("welcome-mail", "user-created", () => err(domainError(`no mail for ${EMAIL}`, "no")));
    expect((await writer.commands.signUp(ADA)).isOk()).toBe(true);
    await using worker = reader.worker({ manual: true });
    expect((await worker.drain()).isOk()).toBe(true);
    expect(working.span(NAME).status).toEqual({ code: SpanStatusCode.ERROR, message: "_OTHER" });
    expect(valuesOf((await working.metrics()).get("denizen.deliveries"))).toEqual([
      [{ "denizen.subscriber": "welcome-mail", "denizen.outcome": "_OTHER" }, 1],
    ]);
  });
});

test("a worker beside the commands belongs to none of them: their traces come from the events alone", async () => {
  const host = sdk();
  const application = applicationWith(otel(host.options));
  application.durable.subscribe("welcome-mail", "user-created", () => undefined);
  const worker = application.worker({ poll: 10 });
  const signUp = (name: string) =>
    application.commands.signUp({ ...ADA, name, username: name, emails: [`${name}@example.com`], phones: [] });
  for (const name of ["grace", "edsger", "barbara"]) expect((await signUp(name)).isOk()).toBe(true);
  (await application.durable.settled())._unsafeUnwrap();
  await worker.stop();
  const commits = host.spans().filter(({ name }) => name === "denizen.commit");
  const deliveries = host.spans().filter(({ name }) => name === NAME);
  expect(deliveries.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(commits.map((span) => span.spanContext().spanId));
  for (const { links, parentSpanContext } of deliveries)
    expect(links.map(({ context }) => context.spanId)).toEqual([parentSpanContext?.spanId]);
  expect(new Set(commits.map(traceparent)).size).toBe(3);
});

test("how far the subscribers of an application have come is observed", async () => {
  const host = sdk();
  const application = applicationWith(otel(host.options));
  application.durable.subscribe("welcome-mail", "user-created", () => undefined);
  observeSubscribers(() => application.durable.status(), { meterProvider: host.options.meterProvider });
  await using worker = application.worker({ manual: true });
  expect((await worker.drain()).isOk()).toBe(true);
  expect((await application.commands.signUp(ADA)).isOk()).toBe(true);
  const lag = async () => valuesOf((await host.metrics()).get("denizen.subscriber.lag")).map(([, value]) => Number(value));
  const [before = 0] = await lag();
  expect(before).toBeGreaterThan(0);
  expect((await worker.drain()).isOk()).toBe(true);
  expect(await lag()).toEqual([0]);
  expect(valuesOf((await host.metrics()).get("denizen.subscriber.delivered"))).toEqual([[{ "denizen.subscriber": "welcome-mail" }, 1]]);
});
