import type { DomainError } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Methods, Types } from "../../types.js";
import type { EnrolError } from "../../users/bound-user.js";
import type { EmailTaken, PhoneTaken } from "../../users/errors.js";
import type { InputOf } from "../../users/proof-input.js";
import type { CommandContext } from "../context.js";
import { newPassword } from "../proofs/new-password.js";
import { proveAddress } from "../proofs/prove-address.js";
import { shownIn } from "../proofs/shown.js";
import type { CodeInput, LinkInput, ShownError } from "../proofs/shown.js";
import { spend } from "../proofs/spend-challenge.js";
import type { Spending, SpendError } from "../proofs/spend-challenge.js";

/** The link's token, or the code and by what it was asked for; and the new password. */
export type ResetPasswordInput<M extends Methods> = (LinkInput | CodeInput) & { readonly password: InputOf<M, "password"> };

export type ResetPasswordError<T extends Types> =
  SpendError<T> | ShownError | EnrolError<T["methods"], "password"> | EmailTaken | PhoneTaken;

/**
 * A new password, by what was sent. Ends all sessions in the same commit, keeps the second factor, and logs nobody in (OWASP ASVS 5.0
 * §6.4.3). Where it is the first proof of an address, everything that was set up before is gone. A password that is refused leaves
 * the code and the link as they were.
 */
export async function resetPassword<T extends Types>(
  context: CommandContext,
  input: unknown,
): Promise<Result<void, ResetPasswordError<T>>> {
  const proof = await shownIn(context, "reset-password", input);
  if (proof.isErr()) return err(proof.error);
  const done = await spend(context, proof.value, (spending) => reset(spending, field(input, "password")));
  // The unit's own definitions, methods and subscribers, which `T` names, say how it fails.
  return done as Result<void, ResetPasswordError<T>>;
}

async function reset(spending: Spending, password: unknown): Promise<Result<void, DomainError>> {
  const proved = await proveAddress(spending);
  return proved.isErr() ? err(proved.error) : newPassword(spending, password);
}
