import { describe, expect, test } from "vitest";
import type { DomainError, DomainEvent, Result } from "denizen";
import { recorder } from "./recorder.js";
import { ADA, applicationWith, EMAIL, PASSWORD, story, WRONG } from "./story.js";

const TRACE = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;

const methodsOf = (doors: object): readonly string[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(doors)).filter((name) => name !== "constructor");

describe.each(["command", "query"] as const)("every %s", (kind) => {
  const doorsOf = (application: ReturnType<typeof applicationWith>): object =>
    kind === "command" ? application.commands : application.queries;
  const doors = doorsOf(applicationWith());

  test.each(methodsOf(doors))("%s runs in a span of its name, is counted by its outcome and takes time", async (name) => {
    const { instrumentation, spans, counted, noted } = recorder();
    const asked = doorsOf(applicationWith(instrumentation));
    // Whatever it makes of no input, it answers.
    const answer = await (Reflect.get(asked, name) as (this: object) => PromiseLike<Result<unknown, DomainError>>).call(asked);
    const outcome = answer.isOk() ? "ok" : answer.error.code;
    const own = { [`denizen.${kind}`]: name };
    expect(spans.at(-1)).toEqual({
      name: `denizen.${kind} ${name}`,
      attributes: own,
      parent: undefined,
      failure: answer.isOk() ? undefined : outcome,
    });
    const attributes = { ...own, "denizen.outcome": outcome };
    expect(counted.at(-1)).toEqual({ name: kind === "command" ? "denizen.commands" : "denizen.queries", value: 1, attributes });
    expect(noted.at(-1)).toEqual({ name: `denizen.${kind}.duration`, value: expect.any(Number), attributes });
    expect(noted.at(-1)?.value).toBeGreaterThan(0);
    expect(noted.at(-1)?.value).toBeLessThan(10);
  });
});

describe("what is measured", () => {
  test("of a sign-up is its commit too, with the number of events that were recorded", async () => {
    const { instrumentation, spans } = recorder();
    (await applicationWith(instrumentation).commands.signUp(ADA))._unsafeUnwrap();
    expect(spans.map(({ name, attributes }) => [name, attributes])).toEqual([
      ["denizen.commit", { "denizen.events": 6 }],
      ["denizen.command signUp", { "denizen.command": "signUp" }],
    ]);
  });

  test("of a unit of work is its commit, and of transact the whole of it, whatever it answers", async () => {
    const { instrumentation, spans, counted } = recorder();
    await story(applicationWith(instrumentation));
    const transactions = spans.filter(({ name }) => name === "denizen.transaction");
    expect(transactions.map(({ failure }) => failure)).toEqual([undefined, "_OTHER"]);
    const outcomes = counted.filter(({ name }) => name === "denizen.transactions").map(({ attributes }) => attributes["denizen.outcome"]);
    expect(outcomes).toEqual(["ok", "_OTHER"]);
  });

  test("of proofs is by which method, and why they were refused", async () => {
    const { instrumentation, counted } = recorder();
    await story(applicationWith(instrumentation));
    const proofs = counted.filter(({ name }) => name === "denizen.proofs").map(({ attributes }) => attributes);
    expect(proofs.map((attributes) => attributes["denizen.outcome"])).toEqual(["wrong", "stranger", "ok", "ok"]);
    expect(new Set(proofs.map((attributes) => attributes["denizen.method"]))).toEqual(new Set(["password"]));
  });

  test("has nothing personal in it, no id and no secret", async () => {
    const { instrumentation, spans, counted, noted } = recorder();
    const { answers } = await story(applicationWith(instrumentation));
    expect(answers.length).toBeGreaterThan(10);
    const all = JSON.stringify([spans, counted, noted]);
    for (const private_ of [
      EMAIL,
      "nobody@example.com",
      "grace",
      "Lovelace",
      "countess",
      "34600",
      PASSWORD,
      WRONG,
      "da_",
      "dr_",
      "00000000-",
    ]) {
      expect(all).not.toContain(private_);
    }
    // Few enough for a label each: names, kinds, codes.
    const values = [...spans, ...counted, ...noted].flatMap(({ attributes }) => Object.values(attributes));
    expect(values.filter((value) => typeof value === "string" && !/^[a-zA-Z-]{1,40}$|^_OTHER$/.test(value))).toEqual([]);
  });
});

describe("the trace", () => {
  const eventsOf = async (application: ReturnType<typeof applicationWith>, scope = application.correlated({})) => {
    const events: DomainEvent[] = [];
    application.bus.subscribe("*", (event) => events.push(event));
    (await scope.commands.signUp(ADA))._unsafeUnwrap();
    expect((await scope.commands.logIn({ email: EMAIL, password: WRONG })).isErr()).toBe(true);
    return events.map(({ metadata }) => metadata.trace);
  };

  test("of what is running is in every event, those of guards included", async () => {
    const traces = await eventsOf(applicationWith(recorder(TRACE).instrumentation));
    expect(traces).toHaveLength(10);
    expect(new Set(traces)).toEqual(new Set([TRACE]));
  });

  test("that the host gave wins", async () => {
    const application = applicationWith(recorder(TRACE).instrumentation);
    expect(new Set(await eventsOf(application, application.correlated({ trace: "the host's" })))).toEqual(new Set(["the host's"]));
  });

  test("that the host gave is the parent of what is done, where nothing runs that could be", async () => {
    const parents = async (running?: string) => {
      const { instrumentation, spans } = recorder(running);
      expect((await applicationWith(instrumentation).correlated({ trace: "the host's" }).queries.accounts()).isErr()).toBe(true);
      return spans.map(({ parent }) => parent);
    };
    expect(await parents()).toEqual(["the host's"]);
    expect(await parents(TRACE)).toEqual([undefined]);
  });

  test("is none without instrumentation", async () => {
    expect(new Set(await eventsOf(applicationWith()))).toEqual(new Set([null]));
  });
});
