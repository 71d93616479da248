import type { Instrumentation } from "./ports/instrumentation.js";

/**
 * Nothing that the instrumentation does, throws or answers reaches who is traced: the work runs once, whether or not it was called
 * and how often; its answer is handed on as it came, when it came; and what travels with events is a `traceparent` or nothing.
 */
export function guarded(inner: Instrumentation): Instrumentation {
  return {
    trace: () => {
      const trace: unknown = quietly(() => inner.trace());
      return typeof trace === "string" && TRACEPARENT.test(trace) ? trace : undefined;
    },
    span: (name, attributes, work, options) => {
      let running: ReturnType<typeof work> | undefined;
      // An async function of its own: what throws at once rejects, and has run all the same.
      const once = (): ReturnType<typeof work> => (running ??= (async () => work())());
      quietly(() => inner.span(name, attributes, once, options));
      return once();
    },
    count: (name, amount, attributes) => void quietly(() => inner.count(name, amount, attributes)),
    record: (name, value, attributes) => void quietly(() => inner.record(name, value, attributes)),
  };
}

// https://www.w3.org/TR/trace-context/#traceparent-header
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A promise that rejects, where none was expected, would end the process with nobody to hear of it. */
function quietly(step: () => unknown): unknown {
  try {
    const answer = step();
    if (typeof answer === "object" || typeof answer === "function") Promise.resolve(answer).catch(() => undefined);
    return answer;
  } catch {
    return undefined;
  }
}
