import type { Engine } from "../engine.js";
import { timestamp } from "../kernel/clock.js";
import { domainError } from "../kernel/error.js";
import { mintVerified } from "../users/verified.js";
import type { Sight, Verified } from "../users/verified.js";
import { UserId } from "../users/values/user-id.js";
import type { PendingLogInInvalid } from "./errors.js";
import { accountIn, isFresh } from "./gate.js";

const PURPOSE = "pending-log-in";

/** A first factor that was proved, on its way back from the client. It is no session, and nothing takes it for one. */
export interface PendingLogIn {
  readonly userId: UserId;
  /** The proof, as it was, with what was seen with it but the account's security version. */
  restore(sight: Sight): Verified | undefined;
}

/** `dp_…`: readable and unforgeable; holds who, by which method, when, and under which security version. */
export async function sealPending(
  { accounts }: Engine,
  { userId, tenant, method, at }: Verified,
  sight: Sight | undefined,
): Promise<string> {
  const version = versionIn(sight);
  return `dp_${await accounts.seals.seal(PURPOSE, [tenant, userId, method, String(Date.parse(at)), String(version)])}`;
}

export async function openPending(engine: Engine, tenant: string, token: unknown): Promise<PendingLogIn | undefined> {
  if (typeof token !== "string" || !token.startsWith("dp_")) return undefined;
  const [ofTenant, id, method, at, version] = (await engine.accounts.seals.open(PURPOSE, token.slice(3))) ?? [];
  const userId = UserId.parse(id).unwrapOr(undefined);
  if (ofTenant !== tenant || userId === undefined || method === undefined) return undefined;
  const provedAt = timestamp(Number(at));
  if (!isFresh(provedAt, engine.clock.now(), engine.accounts.lifetimes.proof)) return undefined;
  return {
    userId,
    restore: (sight) => (versionIn(sight) === Number(version) ? mintVerified({ userId, tenant, method, at: provedAt }, sight) : undefined),
  };
}

const versionIn = (sight: Sight | undefined): number | undefined => accountIn(sight)?.securityVersion;

export const pendingLogInInvalid = (): PendingLogInInvalid =>
  domainError("pending-log-in-invalid", "this log-in cannot be completed any more: log in from the start");
