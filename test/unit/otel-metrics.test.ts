import { metrics } from "@opentelemetry/api";
import { afterEach, describe, expect, test, vi } from "vitest";
import { domainError, errAsync, okAsync } from "denizen";
import { observeSubscribers, otel } from "denizen/otel";
import type { SubscriberStatus } from "denizen/ports";
import { fixedClock } from "denizen/testing";
import { sdk, valuesOf } from "./instrumentation/sdk.js";
import { applicationWith, story } from "./instrumentation/story.js";

describe("what is counted", () => {
  test("has its values, its units and one series for each outcome", async () => {
    const host = sdk();
    const { answers } = await story(applicationWith(otel(host.options)));
    const all = await host.metrics();
    const commands = all.get("denizen.commands");
    expect(commands?.descriptor.unit).toBe("{command}");
    expect(valuesOf(commands)).toContainEqual([{ "denizen.command": "signUp", "denizen.outcome": "ok" }, 1]);
    expect(valuesOf(commands)).toContainEqual([{ "denizen.command": "logIn", "denizen.outcome": "invalid-credentials" }, 2]);
    expect(valuesOf(commands)).toContainEqual([{ "denizen.command": "authenticate", "denizen.outcome": "access-token-invalid" }, 1]);
    expect(all.get("denizen.queries")?.descriptor.unit).toBe("{query}");
    expect(valuesOf(all.get("denizen.proofs"))).toEqual([
      [{ "denizen.method": "password", "denizen.outcome": "wrong" }, 1],
      [{ "denizen.method": "password", "denizen.outcome": "stranger" }, 1],
      [{ "denizen.method": "password", "denizen.outcome": "ok" }, 2],
    ]);
    // All but the proof, which is no command.
    const counted = ["commands", "queries", "transactions"].flatMap((name) => valuesOf(all.get(`denizen.${name}`)));
    expect(counted.reduce((sum, [, value]) => sum + Number(value), 0)).toBe(answers.length - 1);
  });

  test("takes seconds, in buckets for seconds", async () => {
    const host = sdk();
    await story(applicationWith(otel(host.options)));
    const duration = (await host.metrics()).get("denizen.command.duration");
    expect(duration?.descriptor.unit).toBe("s");
    const [[, value] = []] = valuesOf(duration);
    expect(value).toMatchObject({ count: 1, sum: expect.any(Number), buckets: { boundaries: expect.arrayContaining([0.001, 0.25, 10]) } });
    expect(Number((value as { sum: number }).sum)).toBeGreaterThan(0);
    expect(Number((value as { sum: number }).sum)).toBeLessThan(10);
  });

  test("of lag is in seconds up to hours, and what has no known ending has no unit", async () => {
    const host = sdk();
    const instrumentation = otel(host.options);
    instrumentation.record("denizen.delivery.lag", 0.4, {});
    instrumentation.record("denizen.something", 2, {});
    const all = await host.metrics();
    expect(all.get("denizen.delivery.lag")?.descriptor.unit).toBe("s");
    const [[, value] = []] = valuesOf(all.get("denizen.delivery.lag"));
    expect((value as { buckets: { boundaries: readonly number[] } }).buckets.boundaries.at(-1)).toBe(21_600);
    expect(all.get("denizen.something")?.descriptor.unit).toBe("");
  });
});

describe("an SDK that is registered after the application was made", () => {
  afterEach(() => metrics.disable());

  test("counts from then on", async () => {
    const [host, instrumentation] = [sdk(), otel()];
    instrumentation.count("denizen.commands", 1, {});
    metrics.setGlobalMeterProvider(host.options.meterProvider);
    instrumentation.count("denizen.commands", 1, {});
    expect(valuesOf((await host.metrics()).get("denizen.commands"))).toEqual([[{}, 1]]);
  });
});

test("instruments are made once", () => {
  const { meterProvider } = sdk().options;
  const meter = meterProvider.getMeter("denizen");
  const [create, get] = [vi.spyOn(meter, "createCounter"), vi.spyOn(meterProvider, "getMeter").mockReturnValue(meter)];
  const instrumentation = otel({ meterProvider });
  for (let time = 0; time < 10; time++) instrumentation.count("denizen.commands", 1, {});
  expect([create.mock.calls.length, get.mock.calls.length]).toEqual([1, 1]);
});

const status: SubscriberStatus = {
  subscriber: "welcome-mail",
  paused: false,
  lag: 7,
  oldest: "2026-01-01T00:00:00.000Z",
  waiting: 3,
  deadLetters: 2,
  delivered: 11,
};

describe("subscribers that are observed", () => {
  const clock = fixedClock("2026-01-01T00:01:30.000Z");

  test("show how far they have come, each time it is collected, with one question", async () => {
    const host = sdk();
    const ask = vi.fn(() => okAsync([status, { ...status, subscriber: "audit", paused: true, oldest: null }]));
    const stop = observeSubscribers(ask, { meterProvider: host.options.meterProvider, clock });
    const all = await host.metrics();
    const of = (name: string): readonly unknown[] => valuesOf(all.get(`denizen.subscriber.${name}`)).map(([, value]) => value);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(valuesOf(all.get("denizen.subscriber.lag"))).toEqual([
      [{ "denizen.subscriber": "welcome-mail" }, 7],
      [{ "denizen.subscriber": "audit" }, 7],
    ]);
    expect(of("oldest")).toEqual([90, 0]);
    expect([of("waiting"), of("dead_letters"), of("delivered")]).toEqual([
      [3, 3],
      [2, 2],
      [11, 11],
    ]);
    expect(of("paused")).toEqual([0, 1]);
    expect(all.get("denizen.subscriber.oldest")?.descriptor.unit).toBe("s");
    stop();
    await host.metrics();
    expect(ask).toHaveBeenCalledTimes(1);
  });

  test("are not older than now, where the server's clock is ahead", async () => {
    const host = sdk();
    const early = fixedClock("2025-12-31T23:59:00.000Z");
    observeSubscribers(() => okAsync([status]), { meterProvider: host.options.meterProvider, clock: early });
    expect(valuesOf((await host.metrics()).get("denizen.subscriber.oldest")).map(([, value]) => value)).toEqual([0]);
  });

  test.each([
    ["fails", () => errAsync(domainError("store-unavailable", "no"))],
    [
      "throws",
      () =>
        errAsync(domainError("x", "y"))
          .map(() => [status])
          .orElse(() => {
            throw new Error("no");
          }),
    ],
    ["answers nonsense", () => okAsync(7 as unknown as readonly SubscriberStatus[])],
  ])("show nothing while the store %s, and everything else is exported", async (_how, ask) => {
    const host = sdk();
    observeSubscribers(ask, { meterProvider: host.options.meterProvider });
    otel(host.options).count("denizen.commands", 1, {});
    const all = await host.metrics();
    expect(valuesOf(all.get("denizen.subscriber.lag"))).toEqual([]);
    expect(valuesOf(all.get("denizen.commands"))).toEqual([[{}, 1]]);
  });
});
