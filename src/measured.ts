import type { Engine } from "./engine.js";
import { isDomainError } from "./kernel/error.js";
import type { Result } from "./kernel/result.js";
import type { Scope } from "./kernel/scope.js";
import { stopwatch } from "./kernel/stopwatch.js";
import type { InstrumentationAttributes } from "./ports/instrumentation.js";
import { uninstrumented } from "./uninstrumented.js";

/** In whose name, and where it is noted. */
interface Measurable {
  readonly engine: Pick<Engine, "instrumentation">;
  readonly scope: Scope;
}

const COUNTERS = {
  command: "denizen.commands",
  query: "denizen.queries",
  commit: "denizen.commits",
  transaction: "denizen.transactions",
} as const;

/**
 * Runs the work in a span, `denizen.command signUp`, counts it by its outcome (`ok` or the error's code), and notes how many seconds
 * it took. Without instrumentation it only runs it. `details` are the span's alone: as an attribute of a counter each number would be
 * a series of its own.
 */
export function measured<Value, E>(
  { engine: { instrumentation }, scope }: Measurable,
  kind: keyof typeof COUNTERS,
  name: string | undefined,
  work: () => Promise<Result<Value, E>>,
  details?: () => InstrumentationAttributes,
): Promise<Result<Value, E>> {
  if (instrumentation === uninstrumented) return work();
  const own = `denizen.${kind}`;
  const [title, attributes] = name === undefined ? [own, {}] : [`${own} ${name}`, { [own]: name }];
  const elapsed = stopwatch();
  const run = async (): Promise<Result<Value, E>> => {
    let outcome = OTHER;
    try {
      const answer = await work();
      outcome = failureOf(answer) ?? "ok";
      return answer;
    } finally {
      const noted = { ...attributes, "denizen.outcome": outcome };
      instrumentation.count(COUNTERS[kind], 1, noted);
      instrumentation.record(`${own}.duration`, elapsed(), noted);
    }
  };
  // What a host says of a message or a job that it works on counts where nothing is traced around it.
  const parent = instrumentation.trace() === undefined ? scope.trace : null;
  return instrumentation.span(title, { ...attributes, ...details?.() }, run, {
    failed: failureOf,
    ...(parent === null ? {} : { parent }),
  });
}

const OTHER = "_OTHER";

/** A code as an attribute. What is none of ours and not like one is `_OTHER`: a host's own may be any text, with somebody's address in it. */
export const attributeCode = (code: string): string => (/^[a-z][a-z0-9-]{0,63}$/.test(code) ? code : OTHER);

const failureOf = (answer: Result<unknown, unknown>): string | undefined => {
  if (answer.isOk()) return undefined;
  return isDomainError(answer.error) ? attributeCode(answer.error.code) : OTHER;
};
