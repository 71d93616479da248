import { AnyAggregate } from "../../kernel/aggregate.js";
import type { DomainError, InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { StoredAggregate } from "../../ports/store.js";
import type { AccessTokensFailed } from "../../ports/access-tokens.js";
import { challengeInvalid } from "../../users/errors.js";
import type { EmailTaken, PhoneTaken } from "../../users/errors.js";
import type { Verdict } from "../../users/prover.js";
import type { UserState } from "../../users/state.js";
import { mintVerified } from "../../users/verified.js";
import type { Account } from "../account.js";
import { accountBehaviour } from "../behaviour.js";
import { conclude } from "../conclude.js";
import type { LoggedIn } from "../conclude.js";
import type { CommandContext } from "../context.js";
import { deviceInput } from "../device-input.js";
import type { SecondFactorRequired } from "../errors.js";
import type { GateError } from "../gate.js";
import type { Whose } from "./issue-challenge.js";
import { proveAddress } from "./prove-address.js";
import { shownIn } from "./shown.js";
import type { ShownError } from "./shown.js";
import { spendAnd } from "./spend-challenge.js";
import type { Spending, SpendError } from "./spend-challenge.js";

export type ChallengeLogInError<T extends Types> =
  SpendError<T> | ShownError | EmailTaken | PhoneTaken | Exclude<GateError, SecondFactorRequired> | AccessTokensFailed | InvalidArgument;

/**
 * Logs in by what was sent: one factor, in the place of the password. It is used up, and its address proved, before the gate is asked:
 * where it is the first proof of one, everything that was set up before is gone.
 */
export async function logInByChallenge<T extends Types>(
  context: CommandContext,
  input: unknown,
): Promise<Result<LoggedIn, ChallengeLogInError<T>>> {
  const proof = await shownIn(context, "log-in", input);
  if (proof.isErr()) return err(proof.error);
  const device = await deviceInput(context.engine, context.scope.tenant, input);
  if (device.isErr()) return err(device.error);
  const shown = { ...proof.value, device: device.value.trusted };
  const loggedIn = await spendAnd(context, shown, prove, async (verdict, done): Promise<Result<LoggedIn, unknown>> => {
    const answered = await conclude(context, asSeenNow(context, verdict, done), device.value);
    // What is concealed is told as a wrong one of the same kind.
    return answered.mapErr((error) => (field(error, "code") === "invalid-credentials" ? challengeInvalid() : error));
  });
  // The gate, the challenge, the input and the unit's own subscribers, which `T` names, say how it fails.
  return loggedIn as Result<LoggedIn, ChallengeLogInError<T>>;
}

async function prove(spending: Spending): Promise<Result<Whose, DomainError>> {
  const { user, account } = spending;
  return (await proveAddress(spending)).map(() => ({ user, account }));
}

/** The gate decides on the user and the account as the commit has left them. */
function asSeenNow({ engine }: CommandContext, verdict: Verdict, done: Result<Whose, DomainError>): Verdict {
  if (verdict.outcome.isErr()) return verdict;
  const failed = { ...verdict.settlement, succeeded: false };
  if (done.isErr()) return { ...verdict, refusal: "wrong", outcome: err(done.error), settlement: failed };
  const { user, account } = done.value;
  const alongside = account === undefined ? {} : { [accountBehaviour.kind]: storedFormOf(account) };
  // The state of a user is the users context's own.
  const sight = { application: engine, user: AnyAggregate.stateOf(user) as UserState, alongside };
  return { ...verdict, outcome: ok(mintVerified(verdict.outcome.value, sight)) };
}

/** Of one that was committed a moment ago, as it is. */
export const storedFormOf = (account: Account): StoredAggregate => ({
  id: account.id,
  version: account.version,
  state: AnyAggregate.stateOf(account) as StoredAggregate["state"],
});
