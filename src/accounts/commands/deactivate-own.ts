import type { Result } from "../../kernel/result.js";
import type { Methods, Types } from "../../types.js";
import type { CommandContext } from "../context.js";
import type { AccountClosed, AccountPending, AccountProtected, AccountSuspended } from "../errors.js";
import type { Credentials, DeviceInput } from "../log-in-input.js";
import { byCredentials } from "../own-account.js";
import type { OwnAccountError } from "../own-account.js";

export type DeactivateOwnInput<M extends Methods> = Credentials<M> & Pick<DeviceInput, "trustedDevice">;
export type DeactivateOwnError<T extends Types> = OwnAccountError<T> | AccountClosed | AccountSuspended | AccountPending | AccountProtected;

/**
 * The owner leaves, by his credentials; all his sessions end in the same commit. He may return by `activateOwn`. Where he has a
 * second factor, that takes a session of his own (`application.as(actor)`).
 */
export const deactivateOwn = <T extends Types>(context: CommandContext, input: unknown): Promise<Result<void, DeactivateOwnError<T>>> =>
  byCredentials(context, input, (account) => account.deactivate(), { factors: "all" });
