import type { DomainError } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Methods, Types } from "../../types.js";
import type { EnrolError } from "../../users/bound-user.js";
import type { EmailTaken } from "../../users/errors.js";
import type { InputOf } from "../../users/proof-input.js";
import type { NameInvalid } from "../../users/values/person-name.js";
import type { CommandContext } from "../context.js";
import { newPassword } from "../proofs/new-password.js";
import { proveAddress } from "../proofs/prove-address.js";
import { shownIn } from "../proofs/shown.js";
import type { LinkInput, ShownError } from "../proofs/shown.js";
import { spend } from "../proofs/spend-challenge.js";
import type { Spending, SpendError } from "../proofs/spend-challenge.js";

export type AcceptInvitationInput<M extends Methods> = LinkInput & {
  /** Left out by who will log in by link or code. */
  readonly password?: InputOf<M, "password">;
  /** Where he wants another one than he was invited under. */
  readonly name?: string | { readonly display?: string; readonly given?: string; readonly family?: string };
};

export type AcceptInvitationError<T extends Types> =
  SpendError<T> | ShownError | EnrolError<T["methods"], "password"> | NameInvalid | EmailTaken;

/** His e-mail is proved by the link, he chooses a password, and his account is active. Logs nobody in. */
export async function acceptInvitation<T extends Types>(
  context: CommandContext,
  input: unknown,
): Promise<Result<void, AcceptInvitationError<T>>> {
  const proof = await shownIn(context, "invitation", { link: field(input, "link") ?? "" });
  if (proof.isErr()) return err(proof.error);
  const done = await spend(context, proof.value, (spending) => accept(spending, field(input, "password"), field(input, "name")));
  // The unit's own definitions, methods and subscribers, which `T` names, say how it fails.
  return done as Result<void, AcceptInvitationError<T>>;
}

async function accept(spending: Spending, password: unknown, name: unknown): Promise<Result<void, DomainError>> {
  const { user, account } = spending;
  const proved = await proveAddress(spending);
  if (proved.isErr()) return err(proved.error);
  const renamed: Result<void, DomainError> = name === undefined ? ok(undefined) : user.rename(name);
  if (renamed.isErr()) return err(renamed.error);
  const set = password === undefined ? ok(undefined) : await newPassword(spending, password);
  if (set.isErr()) return err(set.error);
  return account?.status === "pending" ? account.activate() : ok(undefined);
}
