import { ok, ResultAsync } from "denizen";
import type { StoreError } from "denizen/ports";

/** What memory answers: there is nothing to wait for, and nothing that can fail. */
export const done = <Value>(value: Value): ResultAsync<Value, StoreError> => new ResultAsync(Promise.resolve(ok(value)));
