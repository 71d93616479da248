import { AnyAggregate } from "../../kernel/aggregate.js";
import type { UserState } from "../../users/state.js";
import type { LoadError } from "../../errors.js";
import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { CommandUnit } from "../context.js";
import { accountNotFound } from "../errors.js";
import { idIn } from "../input.js";
import { canManageSubordinate } from "../permissions.js";
import { permittedTarget } from "../presence.js";
import type { TargetError } from "../presence.js";
import { addresseeOf } from "../proofs/addressee.js";
import { issueChallenge } from "../proofs/issue-challenge.js";

export interface ResendInvitationInput {
  readonly id: string;
}

export type ResendInvitationError = TargetError | LoadError | InvalidArgument;

/** By an administrator: another link for whose account still waits, with which he proves his e-mail and is active; the earlier one is void. */
export async function resendInvitation(inside: CommandUnit, input: unknown): Promise<Result<void, ResendInvitationError>> {
  const id = idIn(input, "id");
  if (id.isErr()) return err(id.error);
  const permitted = await permittedTarget(inside, id.value, canManageSubordinate);
  if (permitted.isErr()) return err(permitted.error);
  const account = permitted.value.target;
  const found = await inside.users.get(id.value);
  if (found.isErr()) return err(found.error.code === "not-found" ? accountNotFound() : found.error);
  const user = found.value;
  // The state of a user is the users context's own.
  const to = addresseeOf(AnyAggregate.stateOf(user) as UserState, (channel) => channel === "email");
  if (account.status !== "pending" || to === undefined)
    return err(invalidArgument("id", "must be of somebody who has an e-mail and whose account waits"));
  return issueChallenge(inside, { user, account }, { purpose: "invitation", ...to });
}
