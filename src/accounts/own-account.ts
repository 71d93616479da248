import type { CommitError, LoadError } from "../errors.js";
import type { InvalidArgument } from "../kernel/error.js";
import { err } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Types } from "../types.js";
import { lookupToProve } from "../users/criteria.js";
import type { CriteriaError } from "../users/criteria.js";
import type { FailureOf } from "../users/proof-input.js";
import { Prover } from "../users/prover.js";
import type { ProofError } from "../users/prover.js";
import type { Account } from "./account.js";
import { conceal } from "./conceal.js";
import { commandUnit, inUnit } from "./context.js";
import type { CommandContext } from "./context.js";
import { accountMissing } from "./errors.js";
import type { AccountMissing, AccountPending } from "./errors.js";
import { criteriaIn, proofIn } from "./log-in-input.js";

export type OwnAccountError<T extends Types> =
  ProofError | FailureOf<T["methods"], keyof T["methods"]> | CriteriaError | AccountMissing | LoadError | CommitError<T> | InvalidArgument;

/** Lets whoever proves to be its owner change his account, where he cannot or need not have a session. */
export async function byCredentials<T extends Types, E>(
  context: CommandContext,
  input: unknown,
  change: (account: Account) => Result<void, E>,
): Promise<Result<void, OwnAccountError<T> | E>> {
  const { users } = context.engine;
  const criteria = criteriaIn(input);
  if (criteria.isErr()) return err(criteria.error);
  const target = lookupToProve(criteria.value, users.phoneParser);
  if (target.isErr()) return err(target.error);
  const proof = proofIn(input, users.methods);
  if (proof.isErr()) return err(proof.error);
  const { unit } = commandUnit(context.open());
  const verified = await new Prover(users, unit).proveAnd({ target: target.value, ...proof.value }, async (judged) => {
    const { verdict } = conceal(context.engine, judged);
    const settled = await context.engine.store.attempts.settle(verdict.settlement);
    return settled.isErr() ? err(settled.error) : verdict.outcome;
  });
  // The prover knows the methods as a map; their own types say how they fail.
  if (verified.isErr()) return err(verified.error as OwnAccountError<T>);
  const { userId } = verified.value;
  const changed = await inUnit(
    context,
    async ({ accounts }): Promise<Result<void, OwnAccountError<T> | AccountPending | E>> => {
      const account = await accounts.get(userId);
      if (account.isOk()) return change(account.value);
      return err(account.error.code === "not-found" ? accountMissing() : account.error);
    },
    { actor: `user:${userId}` },
  );
  // The unit's own definitions and subscribers, which `T` names, say how it fails.
  return changed as Result<void, OwnAccountError<T> | E>;
}
