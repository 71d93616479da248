import type { ResultAsync } from "../../kernel/result.js";
import type { StoreError } from "../../ports/store.js";

/** What the store answered; undefined when it did not. One that rejects is broken wiring: a worker goes on asking, as after an outage. */
export async function answered<Value>(ask: () => ResultAsync<Value, StoreError>): Promise<Value | undefined> {
  try {
    const answer = await ask();
    return answer.isOk() ? answer.value : undefined;
  } catch {
    return undefined;
  }
}
