import type { DomainError } from "../../kernel/error.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import { challengeInvalid } from "../../users/errors.js";
import type { CredentialsUnproved, EmailTaken, PhoneTaken } from "../../users/errors.js";
import type { ProofError } from "../../users/prover.js";
import type { FailureOf } from "../../users/proof-input.js";
import { Email } from "../../users/values/email.js";
import type { CommandContext } from "../context.js";
import { firstProof } from "./first-proof.js";
import { keepAddress } from "./keep-address.js";
import { shownIn } from "./shown.js";
import type { ShownError } from "./shown.js";
import { spend } from "./spend-challenge.js";
import type { SpendError } from "./spend-challenge.js";

export type VerifyAddressError<T extends Types> =
  SpendError<T> | ShownError | CredentialsUnproved | EmailTaken | PhoneTaken | ProofError | FailureOf<T["methods"], keyof T["methods"]>;

export type ReleaseAddressError<T extends Types> = SpendError<T> | ShownError;

/** Proves an address that its user has claimed, by what was sent there. */
export async function verifyAddress<T extends Types>(
  context: CommandContext,
  purpose: "verify-email" | "verify-phone",
  input: unknown,
): Promise<Result<void, VerifyAddressError<T>>> {
  const proof = await shownIn(context, purpose, input);
  if (proof.isErr()) return err(proof.error);
  const { target } = proof.value;
  const done = await spend(context, proof.value, async (spending) => {
    if (!isOf(spending.challenge.address, "identifier" in target ? target.identifier.key : undefined)) return err(challengeInvalid());
    const first = await firstProof(context, spending, input);
    return first.isErr() ? err(first.error) : keepAddress(spending);
  });
  // The unit's own definitions, methods and subscribers, which `T` names, say how it fails.
  return done as Result<void, VerifyAddressError<T>>;
}

/** Takes an address from a user who has merely claimed it, by what was sent there: whoever reads it is somebody else. */
export async function releaseAddress<T extends Types>(
  context: CommandContext,
  purpose: "verify-email" | "verify-phone",
  input: unknown,
): Promise<Result<void, ReleaseAddressError<T>>> {
  const proof = await shownIn(context, purpose, input);
  if (proof.isErr()) return err(proof.error);
  const { target } = proof.value;
  const done = await spend(context, proof.value, async ({ user, challenge }): Promise<Result<void, DomainError>> => {
    const { address, channel } = challenge;
    if (!isOf(address, "identifier" in target ? target.identifier.key : undefined)) return err(challengeInvalid());
    const held = [...user.emails, ...user.phones].find(({ value }) => value === address);
    // What was proved meanwhile is no claim any more.
    if (held?.verifiedAt !== null) return err(challengeInvalid());
    return channel === "email" ? user.releaseEmail(address) : user.releasePhone(address);
  });
  // The unit's own definitions and subscribers, which `T` names, say how it fails.
  return done as Result<void, ReleaseAddressError<T>>;
}

/** A code is for the address that it is said to be of, and for none of the user's others. */
const isOf = (address: string | undefined, said: string | undefined): boolean =>
  said === undefined || said === address || said === Email.parse(address).map(Email.key).unwrapOr(undefined);
