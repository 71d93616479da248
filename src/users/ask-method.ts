import { domainError } from "../kernel/error.js";
import { err } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { MethodFailed } from "./errors.js";

/** Asks an authentication method. One that throws, rejects or answers no Result has not answered: that is an outage, and fails closed. */
export async function askMethod<Value, Failure>(
  key: string,
  ask: () => PromiseLike<Result<Value, Failure>>,
): Promise<Result<Value, Failure | MethodFailed>> {
  try {
    const answer = await ask();
    return answer.isOk() || answer.isErr() ? answer : err(methodFailed(key));
  } catch {
    // What it threw may hold the very secret that was being compared.
    return err(methodFailed(key));
  }
}

const methodFailed = (method: string): MethodFailed => domainError("method-failed", "the authentication method did not answer", { method });
