import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { DomainError } from "../../kernel/error.js";
import type { Types } from "../../types.js";
import { challengeInvalid } from "../../users/errors.js";
import type { EmailTaken } from "../../users/errors.js";
import { Email } from "../../users/values/email.js";
import { commandUnit } from "../context.js";
import type { CommandContext } from "../context.js";
import { ownPresence } from "../presence.js";
import type { PresenceError } from "../presence.js";
import { issueChallenge } from "../proofs/issue-challenge.js";
import { keepAddress } from "../proofs/keep-address.js";
import { shownIn } from "../proofs/shown.js";
import type { CodeInput, LinkInput, ShownError } from "../proofs/shown.js";
import { spend } from "../proofs/spend-challenge.js";
import type { Spending, SpendError } from "../proofs/spend-challenge.js";

/** The link's token, or the code that was sent to the new e-mail. */
export type ConfirmEmailChangeInput = LinkInput | CodeInput<object>;
export type ConfirmEmailChangeError<T extends Types> = PresenceError | SpendError<T> | ShownError | EmailTaken;

/**
 * The new e-mail is proved by whoever is signed in, and takes the place of the primary one. The old one is told, and can take that
 * back (`revertEmailChange`). Another user's mere claim to the new one is evicted.
 */
export async function confirmEmailChange<T extends Types>(
  context: CommandContext,
  input: unknown,
): Promise<Result<void, ConfirmEmailChangeError<T>>> {
  const own = await ownPresence(commandUnit(context.open()));
  if (own.isErr()) return err(own.error);
  const proof = await shownIn(context, "change-email", input, own.value.account.id);
  if (proof.isErr()) return err(proof.error);
  const done = await spend(context, proof.value, change);
  // The unit's own definitions and subscribers, which `T` names, say how it fails.
  return done as Result<void, ConfirmEmailChangeError<T>>;
}

async function change(spending: Spending): Promise<Result<void, DomainError>> {
  const { inside, user, account, challenge } = spending;
  const before = user.emails.find(({ primary }) => primary);
  const next = challenge.address;
  if (next === undefined) return err(challengeInvalid());
  if (before !== undefined && Email.key(before.value) === Email.parse(next).map(Email.key).unwrapOr(undefined))
    return keepAddress(spending);
  // First, so that what is proved from here on is known to have come after it. Whoever changes it twice takes nobody's way back.
  if (before !== undefined && before.verifiedAt !== null && !isWayBack(spending)) {
    const told = await issueChallenge(inside, { user, account }, { purpose: "revert-email", channel: "email", address: before.value });
    if (told.isErr()) return err(told.error);
  }
  // Before the new one comes, for which there is room then.
  const gone = before === undefined ? ok(undefined) : user.releaseEmail(before.value);
  if (gone.isErr()) return err(gone.error);
  const kept = await keepAddress({ inside, user, challenge });
  return kept.isErr() ? err(kept.error) : user.makePrimaryEmail(next);
}

/** Whether an earlier change can still be taken back. */
const isWayBack = ({ inside, challenges }: Spending): boolean => {
  const until = challenges.live("revert-email")?.linkExpiresAt ?? null;
  return until !== null && inside.unit.engine.clock.now() < Date.parse(until);
};
