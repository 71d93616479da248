import { ResultAsync, err } from "./result.js";
import type { Err, Result } from "./result.js";
import { invalidArgument } from "./error.js";
import { holds } from "./hostile.js";

export type OkOf<R> = R extends Result<infer T, unknown> ? T : never;
export type ErrOf<R> = R extends Result<unknown, infer E> ? E : never;

/**
 * Runs an async generator in which `yield* result` unwraps a value or leaves with its error, as Rust's `?` does.
 * Unlike neverthrow's `safeTry` it closes the generator: whatever `await using`, `using` or `finally` declares inside has
 * been disposed, innermost first, before the result is there. The error type is the union of all that was yielded or returned.
 *
 * What the body throws is the body's own bug and rejects; denizen's own calls do not throw.
 */
export function attempt<Yielded extends Err<never, unknown>, Returned extends Result<unknown, unknown>>(
  body: () => AsyncGenerator<Yielded, Returned, unknown>,
): ResultAsync<OkOf<Returned>, ErrOf<Yielded> | ErrOf<Returned>> {
  // The generator's own types say what comes out of it; `run` only knows that it is some Result.
  return new ResultAsync(run(body) as Promise<Result<OkOf<Returned>, ErrOf<Yielded> | ErrOf<Returned>>>);
}

async function run(body: () => AsyncGenerator<Err<never, unknown>, Result<unknown, unknown>, unknown>): Promise<Result<unknown, unknown>> {
  if (typeof body !== "function") return err(invalidArgument("body", "is not an async generator function"));
  const generator = body();
  if (typeof generator?.next !== "function") return err(invalidArgument("body", "is not an async generator function"));
  let step = await generator.next();
  const outcome = step.value;
  // A `finally` may itself yield: go on closing until the generator is done.
  while (!step.done) step = await generator.return(outcome);
  if (isResult(outcome)) return outcome;
  return err(invalidArgument("body", "must return a Result"));
}

// By shape and not by class: a host may have a neverthrow of its own.
const isResult = (value: unknown): value is Result<unknown, unknown> =>
  holds(() => typeof value === "object" && value !== null && "isOk" in value && typeof value.isOk === "function");
