import type { Timestamp } from "../kernel/clock.js";
import { domainError } from "../kernel/error.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { sightOf } from "../users/verified.js";
import type { Sight, Verified } from "../users/verified.js";
import type { UserId } from "../users/values/user-id.js";
import { accountDeactivated, accountMissing, accountPending, accountSuspended, passwordResetRequired } from "./errors.js";
import type {
  AccountDeactivated,
  AccountMissing,
  AccountPending,
  AccountSuspended,
  PasswordResetRequired,
  ProofExpired,
  SecondFactorRequired,
} from "./errors.js";
import { missingFactor } from "./factors.js";
import type { AccountServices } from "./services.js";
import type { AccountState } from "./state.js";

/** What the gate answers to whoever is not let in. */
export type GateError =
  ProofExpired | AccountMissing | AccountPending | AccountDeactivated | AccountSuspended | PasswordResetRequired | SecondFactorRequired;

/** Who has been let in, and by what. */
export interface Admission {
  readonly userId: UserId;
  readonly methods: readonly string[];
  /** The account's, as it was when the proof was made: what has happened since ends the session that starts from it. */
  readonly securityVersion: number;
}

/**
 * The one gate. Every session, whichever method has proved its user, starts from what this lets pass: genuine and fresh proofs
 * of one user in this tenant, an account that is active, and a second factor where the user has one.
 */
export function admit(
  services: AccountServices,
  proofs: readonly Verified[],
  { tenant, now }: { readonly tenant: string; readonly now: number },
): Result<Admission, GateError> {
  const { lifetimes, engine } = services;
  const [first] = proofs;
  const sights = proofs.map(sightOf);
  const sight = sights.at(-1);
  const fresh = proofs.every(
    (proof) => proof.tenant === tenant && proof.userId === first?.userId && isFresh(proof.at, now, lifetimes.proof),
  );
  if (first === undefined || sight === undefined || !fresh || sights.some((one) => one?.application !== engine)) return err(proofExpired());
  const account = accountIn(sight);
  if (account === undefined || account.closedAt !== null) return err(accountMissing());
  // Between two proofs the sessions were ended: whoever made the first one may not be who makes the second.
  if (sights.some((one) => accountIn(one)?.securityVersion !== account.securityVersion)) return err(proofExpired());
  const status = refusalOf(account.status);
  if (status !== undefined) return err(status);
  if (sight.user.passwordResetRequired) return err(passwordResetRequired());
  const methods = [...new Set(proofs.map(({ method }) => method))];
  const missing = missingFactor(services, sight, methods);
  if (missing !== undefined) return err(missing);
  return ok({ userId: first.userId, methods, securityVersion: account.securityVersion });
}

// Written by the accounts context itself, which is the only one that registers this kind.
export const accountIn = (sight: Sight | undefined): AccountState | undefined =>
  sight?.alongside["account"]?.state as AccountState | undefined;

function refusalOf(status: AccountState["status"]): AccountPending | AccountDeactivated | AccountSuspended | undefined {
  switch (status) {
    case "active":
      return undefined;
    case "pending":
      return accountPending();
    case "deactivated":
      return accountDeactivated();
    case "suspended":
      return accountSuspended();
  }
}

export const proofExpired = (): ProofExpired => domainError("proof-expired", "the proof is not valid any more: prove again");

export const isFresh = (at: Timestamp, now: number, lifetime: number): boolean => now - Date.parse(at) <= lifetime;
