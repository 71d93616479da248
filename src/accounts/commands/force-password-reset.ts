import { AnyAggregate } from "../../kernel/aggregate.js";
import type { LoadError } from "../../errors.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { UserRemoved } from "../../users/errors.js";
import type { UserState } from "../../users/state.js";
import type { CommandUnit } from "../context.js";
import { accountNotFound } from "../errors.js";
import type { AccountClosed } from "../errors.js";
import { idIn } from "../input.js";
import { canManageSubordinate } from "../permissions.js";
import { permittedTarget } from "../presence.js";
import type { TargetError } from "../presence.js";
import { addresseeOf } from "../proofs/addressee.js";
import { issueChallenge } from "../proofs/issue-challenge.js";

export interface ForcePasswordResetInput {
  readonly id: string;
}

export type ForcePasswordResetError = TargetError | AccountClosed | UserRemoved | LoadError | InvalidArgument;

/**
 * By an administrator, who learns and chooses no password (OWASP ASVS 5.0 §6.4.6): a subordinate's sessions end, nobody logs in as him
 * before there is a new password, and he is sent what `resetPassword` takes.
 */
export async function forcePasswordReset(inside: CommandUnit, input: unknown): Promise<Result<void, ForcePasswordResetError>> {
  const id = idIn(input, "id");
  if (id.isErr()) return err(id.error);
  const permitted = await permittedTarget(inside, id.value, canManageSubordinate);
  if (permitted.isErr()) return err(permitted.error);
  const account = permitted.value.target;
  const user = await inside.users.get(id.value);
  if (user.isErr()) return err(user.error.code === "not-found" ? accountNotFound() : user.error);
  const required = user.value.requirePasswordReset().andThen(() => account.endSessions("password-reset-required"));
  if (required.isErr()) return err(required.error);
  // The state of a user is the users context's own.
  const to = addresseeOf(AnyAggregate.stateOf(user.value) as UserState);
  return to === undefined ? ok(undefined) : issueChallenge(inside, { user: user.value, account }, { purpose: "reset-password", ...to });
}
