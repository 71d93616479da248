import type { DomainError } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import { challengeInvalid } from "../../users/errors.js";
import type { EmailTaken } from "../../users/errors.js";
import { Email } from "../../users/values/email.js";
import type { CommandContext } from "../context.js";
import { keepAddress } from "../proofs/keep-address.js";
import { shownIn } from "../proofs/shown.js";
import type { LinkInput, ShownError } from "../proofs/shown.js";
import { spend } from "../proofs/spend-challenge.js";
import type { Spending, SpendError } from "../proofs/spend-challenge.js";

/** The token of the link that the old e-mail was sent. */
export type RevertEmailChangeInput = LinkInput;
export type RevertEmailChangeError<T extends Types> = SpendError<T> | ShownError | EmailTaken;

/**
 * Whoever has the old e-mail says that the change was not his. It is the primary one again; e-mails, phones and credentials that came
 * since are gone, all sessions end, and nobody logs in by a password before it is replaced.
 */
export async function revertEmailChange<T extends Types>(
  context: CommandContext,
  input: unknown,
): Promise<Result<void, RevertEmailChangeError<T>>> {
  const proof = await shownIn(context, "revert-email", { link: field(input, "link") ?? "" });
  if (proof.isErr()) return err(proof.error);
  const done = await spend(context, proof.value, revert);
  // The unit's own definitions and subscribers, which `T` names, say how it fails.
  return done as Result<void, RevertEmailChangeError<T>>;
}

async function revert(spending: Spending): Promise<Result<void, DomainError>> {
  const { user, account, challenge, challenges } = spending;
  const { address, issuedAt } = challenge;
  if (address === undefined) return err(challengeInvalid());
  const cameSince = (at: string | null): boolean => at === null || at >= issuedAt;
  const key = Email.parse(address).map(Email.key).unwrapOr(undefined);
  const isIt = (email: Email): boolean => Email.key(email) === key;
  // First, so that there is room for it however many have come.
  const gone: readonly Result<unknown, DomainError>[] = [
    ...user.emails.filter(({ value, verifiedAt }) => !isIt(value) && cameSince(verifiedAt)).map(({ value }) => user.releaseEmail(value)),
    ...user.phones.filter(({ verifiedAt }) => cameSince(verifiedAt)).map(({ value }) => user.releasePhone(value)),
    ...user.credentials
      .filter(({ kind, createdAt }) => kind !== "password" && cameSince(createdAt))
      .map(({ id }) => user.removeCredential(id)),
  ];
  const kept = await keepAddress(spending);
  if (kept.isErr()) return err(kept.error);
  const changes: readonly (Result<unknown, DomainError> | undefined)[] = [
    ...gone,
    user.makePrimaryEmail(address),
    user.requirePasswordReset(),
    account?.endSessions("email-change-reverted"),
  ];
  challenges.void();
  return changes.find((one) => one?.isErr() === true)?.map(() => undefined) ?? ok(undefined);
}
