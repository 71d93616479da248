import { describe, expect, test } from "vitest";
import type { Instrumentation } from "denizen/ports";
import { applicationWith, story } from "./story.js";

const broken = (): never => {
  throw new Error("the tracer is broken");
};

const never = new Promise<never>(() => undefined);

const thenable = (then: () => unknown): unknown => Object.defineProperty({}, "then", { get: then });

type Method = keyof Instrumentation;

/** What an instrumentation may do that its types forbid, or should not, method by method. */
const MISBEHAVIOURS: readonly (readonly [string, Partial<Record<Method, (...args: never[]) => unknown>>])[] = [
  ["throws everywhere", { trace: broken, span: broken, count: broken, record: broken }],
  ["answers nothing", { span: () => undefined }],
  ["answers something else", { trace: () => 7, span: async () => "nonsense", count: () => "nonsense", record: () => ({}) }],
  ["rejects", { trace: async () => broken(), span: async () => broken(), count: async () => broken(), record: async () => broken() }],
  [
    "answers what throws when one waits for it",
    { span: () => thenable(broken), count: () => thenable(broken), trace: () => thenable(broken) },
  ],
  ["never answers", { span: () => never }],
  ["gives what is no trace", { trace: () => `${"a".repeat(300)}\u0000` }],
  ["gives a trace of zeros", { trace: () => `00-${"0".repeat(32)}-${"0".repeat(16)}-01` }],
  ["throws at once after the work was begun", { span: (_name: string, _attributes: object, work: () => unknown) => [work(), broken()] }],
  ["throws before the work", { span: (name: string) => broken() ?? name }],
  [
    "works twice, and answers with the second",
    {
      span: async (_name: string, _attributes: object, work: () => Promise<unknown>) => {
        await work();
        return work();
      },
    },
  ],
  [
    "works late",
    {
      span: async (_name: string, _attributes: object, work: () => Promise<unknown>) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return work();
      },
    },
  ],
  [
    "makes something else of the answer",
    { span: async (_name: string, _attributes: object, work: () => Promise<unknown>) => [await work()] },
  ],
  [
    "throws away what it is told of failures",
    {
      span: async (_name: string, _attributes: object, work: () => Promise<unknown>, options?: { failed?: (value: unknown) => unknown }) =>
        options?.failed?.(await work()) ?? broken(),
    },
  ],
];

const silent: Instrumentation = {
  trace: () => undefined,
  span: (_name, _attributes, work) => work(),
  count: () => undefined,
  record: () => undefined,
};

const hash = (value: unknown): string => JSON.stringify(value);

describe("an instrumentation that", () => {
  test.each(MISBEHAVIOURS)("%s changes nothing", async (_what, methods) => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listener);
    const expected = await story(applicationWith());
    const told = await story(applicationWith(Object.assign({ ...silent }, methods)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", listener);
    expect(told.answers.length).toBeGreaterThan(10);
    expect(hash(told.answers)).toBe(hash(expected.answers));
    expect(hash(told.events)).toBe(hash(expected.events));
    expect(unhandled).toEqual([]);
  });

  test.each([null, 7, {}, { ...silent, span: undefined }])("is none is a ConfigurationError: %#", (none) => {
    expect(() => applicationWith(none as never)).toThrow("instrumentation must be as of denizen/otel");
  });

  test("whose methods are taken away later changes nothing", async () => {
    const instrumentation: Partial<Record<Method, unknown>> = { ...silent };
    const application = applicationWith(instrumentation as unknown as Instrumentation);
    for (const method of ["trace", "span", "count", "record"] as const) instrumentation[method] = undefined;
    const { answers } = await story(application);
    expect(hash(answers)).toBe(hash((await story(applicationWith())).answers));
  });
});
