import { field } from "../../kernel/hostile.js";
import { domainError } from "../../kernel/error.js";
import type { DomainError } from "../../kernel/error.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { CredentialsUnproved } from "../../users/errors.js";
import { proverIn } from "../context.js";
import type { CommandContext } from "../context.js";
import { isSignedInAs } from "../presence.js";
import type { Spending } from "./spend-challenge.js";

/** What goes with the proof of an address of a user who has set up credentials already, or has proved another address. */
export interface FirstProofInput {
  /** Shows that whoever has the mailbox is whoever has signed up. A session of his does as well. */
  readonly password?: string;
  /** Or, where it is the first one: whoever has signed up with this address was somebody else. Removes every credential and every other claim, ends every session. */
  readonly startAfresh?: boolean;
}

/**
 * The first proof of an address decides whose user it is. Somebody may have signed up with another's address, and wait with a
 * password of his own until that other proves it (account pre-hijacking, Sudhodanan and Paverd 2022): what was set up before is
 * only kept when it is proved as well. A further address may be somebody else's, mistyped: with it alone he would be the user's equal,
 * and its owner would lend it to a user who is a stranger to him.
 */
export async function firstProof(
  context: CommandContext,
  spending: Spending,
  input: unknown,
): Promise<Result<void, CredentialsUnproved | DomainError>> {
  const { user, challenge } = spending;
  const held = [...user.emails, ...user.phones].find(({ value }) => value === challenge.address);
  // Somebody else was first with the same one, which the commit will find.
  if (held !== undefined && held.verifiedAt !== null) return ok(undefined);
  if (user.credentials.length === 0 && !user.isProved) return ok(undefined);
  if (!user.isProved && field(input, "startAfresh") === true) return startAfresh(spending);
  if (await isSignedInAs(context, user.id)) return ok(undefined);
  const password = field(input, "password");
  if (password === undefined)
    return err(
      domainError("credentials-unproved", "prove a credential of this user as well, or start afresh") satisfies CredentialsUnproved,
    );
  const proved = await proverIn(context).prove({ target: { kind: "user", id: user.id }, method: "password", input: password });
  return proved.map(() => undefined);
}

/** Nothing is left that was set up before the address was proved: credentials, other claims, what was sent, sessions. */
export function startAfresh({ user, account, challenges, challenge }: Spending): Result<void, DomainError> {
  if (user.isProved) return ok(undefined);
  const changes = [
    ...user.credentials.map(({ id }) => user.removeCredential(id)),
    ...user.emails.filter(({ value }) => value !== challenge.address).map(({ value }) => user.releaseEmail(value)),
    ...user.phones.filter(({ value }) => value !== challenge.address).map(({ value }) => user.releasePhone(value)),
    account?.endSessions("started-afresh") ?? ok(undefined),
  ];
  challenges.void();
  return changes.find((change) => change.isErr())?.map(() => undefined) ?? ok(undefined);
}
