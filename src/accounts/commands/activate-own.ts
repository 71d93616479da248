import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Methods, Types } from "../../types.js";
import type { CommandContext } from "../context.js";
import { accountPending } from "../errors.js";
import type { AccountClosed, AccountPending, AccountSuspended } from "../errors.js";
import type { Credentials, DeviceInput } from "../log-in-input.js";
import { byCredentials } from "../own-account.js";
import type { OwnAccountError } from "../own-account.js";

export type ActivateOwnInput<M extends Methods> = Credentials<M> & Pick<DeviceInput, "trustedDevice">;
export type ActivateOwnError<T extends Types> = OwnAccountError<T> | AccountClosed | AccountSuspended | AccountPending;

/**
 * The owner's return, by his credentials and without a session. A suspension is not his to lift, and an account that waits for
 * somebody else's activation goes on waiting.
 */
export const activateOwn = <T extends Types>(context: CommandContext, input: unknown): Promise<Result<void, ActivateOwnError<T>>> =>
  byCredentials(
    context,
    input,
    (account): Result<void, AccountClosed | AccountSuspended | AccountPending> =>
      account.status === "pending" && context.engine.accounts.activation !== "own" ? err(accountPending()) : account.activateOwn(),
    // It lets nobody in: the log-in after it asks for the second factor.
    { factors: "one" },
  );
