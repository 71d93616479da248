import type { CommitError, LoadError } from "../errors.js";
import type { InvalidArgument } from "../kernel/error.js";
import { err } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Types } from "../types.js";
import { lookupToProve } from "../users/criteria.js";
import type { CriteriaError } from "../users/criteria.js";
import type { FailureOf } from "../users/proof-input.js";
import type { ProofError } from "../users/prover.js";
import { sightOf } from "../users/verified.js";
import type { Verified } from "../users/verified.js";
import type { Account } from "./account.js";
import { conceal } from "./conceal.js";
import { inUnit, proverIn } from "./context.js";
import type { CommandContext } from "./context.js";
import { accountMissing } from "./errors.js";
import type { AccountMissing, ProofExpired, SecondFactorRequired } from "./errors.js";
import { deviceInput } from "./device-input.js";
import { missingFactor } from "./factors.js";
import { accountIn, proofExpired } from "./gate.js";
import { isSignedInAs } from "./presence.js";
import { criteriaIn, proofIn } from "./log-in-input.js";

export type OwnAccountError<T extends Types> =
  | ProofError
  | FailureOf<T["methods"], keyof T["methods"]>
  | CriteriaError
  | AccountMissing
  | ProofExpired
  | SecondFactorRequired
  | LoadError
  | CommitError<T>
  | InvalidArgument;

/** Lets whoever proves to be its owner change his account, where he cannot or need not have a session. */
export async function byCredentials<T extends Types, E>(
  context: CommandContext,
  input: unknown,
  change: (account: Account) => Result<void, E>,
  { factors }: { readonly factors: "one" | "all" },
): Promise<Result<void, OwnAccountError<T> | E>> {
  const { users } = context.engine;
  const criteria = criteriaIn(input);
  if (criteria.isErr()) return err(criteria.error);
  const target = lookupToProve(criteria.value, users.phoneParser);
  if (target.isErr()) return err(target.error);
  const proof = proofIn(input, users.methods);
  if (proof.isErr()) return err(proof.error);
  const device = await deviceInput(context.engine, context.scope.tenant, input);
  if (device.isErr()) return err(device.error);
  const proved = { target: target.value, ...proof.value, device: device.value.trusted };
  const verified = await proverIn(context).proveAnd(proved, async (judged) => {
    const { verdict } = conceal(context.engine, judged);
    const settled = await context.engine.store.attempts.settle(verdict.settlement);
    return settled.isErr() ? err(settled.error) : verdict.outcome;
  });
  // The prover knows the methods as a map; their own types say how they fail.
  if (verified.isErr()) return err(verified.error as OwnAccountError<T>);
  const sight = sightOf(verified.value);
  const missing = sight && factors === "all" ? missingFactor(context.engine.accounts, sight, [verified.value.method]) : undefined;
  // Whoever asks from a session of his own has proved his second factor for that.
  if (missing !== undefined && !(await isSignedInAs(context, verified.value.userId))) return err(missing);
  return changeAsSeen(context, verified.value, change);
}

/** Changes the account that the proof was made for: not one whose password, say, has been changed since. */
async function changeAsSeen<T extends Types, E>(
  context: CommandContext,
  verified: Verified,
  change: (account: Account) => Result<void, E>,
): Promise<Result<void, OwnAccountError<T> | E>> {
  const { userId } = verified;
  const seen = accountIn(sightOf(verified));
  const changed = await inUnit(
    context,
    async ({ accounts }): Promise<Result<void, OwnAccountError<T> | E>> => {
      const account = await accounts.get(userId);
      if (account.isErr()) return err(account.error.code === "not-found" ? accountMissing() : account.error);
      return account.value.securityVersion === seen?.securityVersion ? change(account.value) : err(proofExpired());
    },
    { actor: `user:${userId}` },
  );
  // The unit's own definitions and subscribers, which `T` names, say how it fails.
  return changed as Result<void, OwnAccountError<T> | E>;
}
