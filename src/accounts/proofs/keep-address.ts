import type { LoadError } from "../../errors.js";
import type { DomainError, InvalidArgument } from "../../kernel/error.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import { challengeInvalid, userTaken } from "../../users/errors.js";
import type { RegisteredUser } from "../../users/registration.js";
import { Email } from "../../users/values/email.js";
import type { CommandUnit } from "../context.js";
import type { Challenge } from "../../users/challenges/events.js";
import type { Spending } from "./spend-challenge.js";

/**
 * The address of a challenge is proved: it becomes the user's, verified. Another user's mere claim to it is evicted in the same commit;
 * one that was proved stays his, and so does a removed user's.
 */
export async function keepAddress({
  inside,
  user,
  challenge,
}: Pick<Spending, "inside" | "user" | "challenge">): Promise<Result<void, DomainError>> {
  const { channel, address } = challenge;
  if (address === undefined) return err(challengeInvalid());
  const ways = WAYS[channel];
  if (!ways.has(user, address)) {
    const evicted = await evict(inside, user.id, challenge, address);
    if (evicted.isErr()) return err(evicted.error);
    const added = ways.add(user, address);
    if (added.isErr()) return err(added.error);
  }
  return ways.verify(user, address);
}

async function evict(
  { users }: CommandUnit,
  userId: string,
  { channel }: Challenge,
  address: string,
): Promise<Result<void, DomainError | LoadError | InvalidArgument>> {
  const ways = WAYS[channel];
  const key = ways.key(address);
  const found = await users.find({ kind: channel, key }, { removed: true });
  if (found.isErr()) return found.error.code === "not-found" ? ok(undefined) : err(found.error);
  const holder = found.value;
  if (holder.id === userId) return ok(undefined);
  const isClaim = holder.removedAt === null && !ways.isVerified(holder, address);
  return isClaim ? ways.release(holder, address) : err(ways.taken(key));
}

interface Ways {
  key(address: string): string;
  has(user: RegisteredUser, address: string): boolean;
  isVerified(user: RegisteredUser, address: string): boolean;
  add(user: RegisteredUser, address: string): Result<unknown, DomainError>;
  verify(user: RegisteredUser, address: string): Result<void, DomainError>;
  release(user: RegisteredUser, address: string): Result<void, DomainError>;
  taken(key: string): DomainError;
}

/** Canonical forms: what was stored was parsed. */
const emailKey = (address: string): string => Email.parse(address).map(Email.key).unwrapOr(address);

const WAYS: { readonly [Channel in Challenge["channel"]]: Ways } = {
  email: {
    key: emailKey,
    has: ({ emails }, address) => emails.some(({ value }) => Email.key(value) === emailKey(address)),
    isVerified: ({ emails }, address) =>
      emails.some(({ value, verifiedAt }) => Email.key(value) === emailKey(address) && verifiedAt !== null),
    add: (user, address) => user.addEmail(address),
    verify: (user, address) => user.verifyEmail(address),
    release: (user, address) => user.releaseEmail(address),
    taken: userTaken.email,
  },
  phone: {
    key: (address) => address,
    has: ({ phones }, address) => phones.some(({ value }) => value === address),
    isVerified: ({ phones }, address) => phones.some(({ value, verifiedAt }) => value === address && verifiedAt !== null),
    add: (user, address) => user.addPhone(address),
    verify: (user, address) => user.verifyPhone(address),
    release: (user, address) => user.releasePhone(address),
    taken: userTaken.phone,
  },
};
