import { context } from "@opentelemetry/api";
import type { Meter, MeterProvider, Span, Tracer, TracerProvider } from "@opentelemetry/api";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ConfigurationError } from "denizen";
import { observeSubscribers, otel } from "denizen/otel";
import { sdk } from "./instrumentation/sdk.js";
import { applicationWith, story } from "./instrumentation/story.js";

const broken = (): never => {
  throw new Error("the SDK is broken");
};

const problemsOf = (make: () => unknown): readonly string[] => {
  try {
    make();
    return [];
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ConfigurationError);
    return thrown instanceof ConfigurationError ? thrown.problems : [];
  }
};

describe("options that are none are a ConfigurationError", () => {
  const provider = new Proxy({}, { get: broken });
  test.each<[unknown, RegExp]>([
    [null, /must be an object/],
    [7, /must be an object/],
    [{ tracer: {} }, /no option "tracer"/],
    [{ tracerProvider: {} }, /tracerProvider/],
    [{ tracerProvider: null }, /tracerProvider/],
    [{ meterProvider: { getMeter: 1 } }, /meterProvider/],
    [{ name: "" }, /name/],
    [{ name: "n".repeat(256) }, /name/],
    [{ name: Symbol("n") }, /name/],
    [{ tracerProvider: provider }, /broken/],
    [new Proxy({}, { get: broken }), /broken/],
    [new Proxy({}, { ownKeys: broken }), /broken/],
  ])("%#", (options, problem) => {
    expect(problemsOf(() => otel(options as object)).join()).toMatch(problem);
    expect(problemsOf(() => observeSubscribers(broken, options as object)).join()).toMatch(problem);
  });

  test("all of them at once", () => {
    expect(problemsOf(() => otel({ tracerProvider: 1, meterProvider: 1, name: 1, x: 1 } as object))).toHaveLength(4);
  });

  test.each([[undefined], [7], [{}]])("and what is observed is asked by a function, not %j", (ask) => {
    expect(problemsOf(() => observeSubscribers(ask as never)).join()).toMatch(/status/);
  });

  test.each([[7], [{}], [null]])("by a clock, not %j", (clock) => {
    expect(problemsOf(() => observeSubscribers(broken, { clock: clock as never })).join()).toMatch(/clock/);
  });

  test("that are left out or undefined are the defaults", () => {
    expect(problemsOf(() => otel())).toEqual([]);
    expect(problemsOf(() => otel({ tracerProvider: undefined, meterProvider: undefined, name: undefined } as object))).toEqual([]);
  });
});

/** A span whose given methods throw. */
const spanWithout = (...methods: readonly (keyof Span)[]): Span =>
  Object.assign(sdk().tracer.startSpan("x"), Object.fromEntries(methods.map((method) => [method, broken])));

const tracers = (tracer: Partial<Tracer>): Partial<TracerProvider> => ({ getTracer: () => tracer as Tracer });
const meters = (meter: Partial<Meter>): Partial<MeterProvider> => ({ getMeter: () => meter as Meter });

const SDKS: readonly (readonly [string, { tracerProvider?: Partial<TracerProvider>; meterProvider?: Partial<MeterProvider> }])[] = [
  ["has no tracer", { tracerProvider: { getTracer: broken } }],
  ["gives nothing for a tracer", { tracerProvider: { getTracer: () => undefined as unknown as Tracer } }],
  ["starts no span", { tracerProvider: tracers({ startSpan: broken }) }],
  ["gives nothing for a span", { tracerProvider: tracers({ startSpan: () => undefined as unknown as Span }) }],
  ["gives something else for a span", { tracerProvider: tracers({ startSpan: () => 7 as unknown as Span }) }],
  ["cannot end a span", { tracerProvider: tracers({ startSpan: () => spanWithout("end") }) }],
  ["cannot say what failed", { tracerProvider: tracers({ startSpan: () => spanWithout("setStatus", "setAttribute", "recordException") }) }],
  ["has spans without context", { tracerProvider: tracers({ startSpan: () => spanWithout("spanContext") }) }],
  ["has no meter", { meterProvider: { getMeter: broken } }],
  ["makes no instruments", { meterProvider: meters({ createCounter: broken, createHistogram: broken }) }],
  ["makes nothing of them", { meterProvider: meters({}) }],
];

describe("an SDK that", () => {
  test.each(SDKS)("%s changes nothing", async (_what, options) => {
    const expected = await story(applicationWith());
    const told = await story(applicationWith(otel(options as object)));
    expect(JSON.stringify(told.answers)).toBe(JSON.stringify(expected.answers));
  });

  test.each(SDKS)("%s throws nothing, whoever asks", async (_what, options) => {
    const instrumentation = otel(options as object);
    const trace = await instrumentation.span("denizen.query x", {}, async () => instrumentation.trace());
    expect(trace ?? "none").toMatch(/^00-|^none$/);
    expect(instrumentation.count("denizen.commands", 1, {})).toBeUndefined();
    expect(instrumentation.record("denizen.command.duration", 1, {})).toBeUndefined();
  });

  test("cannot say what failed still ends the span", async () => {
    const span = spanWithout("setStatus", "setAttribute", "recordException");
    const end = vi.spyOn(span, "end");
    const { tracerProvider } = { tracerProvider: tracers({ startSpan: () => span }) };
    const instrumentation = otel({ tracerProvider: tracerProvider as TracerProvider });
    await expect(instrumentation.span("denizen.query x", {}, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(end).toHaveBeenCalledTimes(1);
  });
});

describe("a context manager that", () => {
  afterEach(() => void vi.restoreAllMocks());

  test.each<[string, (work: () => unknown) => unknown]>([
    ["throws before the work", broken],
    ["throws after it", (work) => [work(), broken()]],
    ["forgets the work", () => undefined],
    ["works twice", (work) => [work(), work()]],
  ])("%s has it done once all the same", async (_what, manage) => {
    vi.spyOn(context, "with").mockImplementation((_context, work) => manage(work as () => unknown) as never);
    const work = vi.fn(async () => "done");
    expect(await otel(sdk().options).span("denizen.query x", {}, work)).toBe("done");
    expect(work).toHaveBeenCalledTimes(1);
  });
});

test("work that throws at once rejects, once", async () => {
  const work = vi.fn(broken);
  await expect(otel(sdk().options).span("denizen.query x", {}, work)).rejects.toThrow("broken");
  expect(work).toHaveBeenCalledTimes(1);
});
