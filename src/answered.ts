import { domainError } from "./kernel/error.js";
import { err, ResultAsync } from "./kernel/result.js";
import type { Result } from "./kernel/result.js";
import type { StoreFailed } from "./ports/store.js";

/** What is answered. What throws or rejects instead is a clock, an id or a store that does: broken wiring, and it fails closed. */
export async function answered<Value, E>(ask: () => PromiseLike<Result<Value, E>>): Promise<Result<Value, E | StoreFailed>> {
  try {
    return await ask();
  } catch {
    return err(domainError("store-failed", "a port of the application threw", { detail: "port" }));
  }
}

/** The same, as public functions answer. */
export const answer = <Value, E>(ask: () => PromiseLike<Result<Value, E>>): ResultAsync<Value, E | StoreFailed> =>
  new ResultAsync(answered(ask));
