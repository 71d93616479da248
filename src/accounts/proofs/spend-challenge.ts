import type { CommitError, LoadError } from "../../errors.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { Challenges } from "../../users/challenges/challenges.js";
import type { Challenge } from "../../users/challenges/events.js";
import { challengeInvalid } from "../../users/errors.js";
import type { ChallengeInvalid } from "../../users/errors.js";
import type { ChallengeProof, ChallengeProofError, Verdict } from "../../users/prover.js";
import { inUnit, proverIn } from "../context.js";
import type { CommandContext, CommandUnit } from "../context.js";
import { challengesOf, currentBinding } from "./issue-challenge.js";
import type { Whose } from "./issue-challenge.js";
import { whose } from "./whose.js";

/** What is there when a challenge is spent: whatever is done with it lands in the commit that spends it. */
export interface Spending extends Whose {
  readonly inside: CommandUnit;
  readonly challenge: Challenge;
  readonly challenges: Challenges;
}

export type Effect<Value, E> = (spending: Spending) => Promise<Result<Value, E>>;

/** Of a commit of which nobody has said yet what can veto it, where `T` is left out. */
export type SpendError<T extends Types = Types> = ChallengeProofError | LoadError | CommitError<T> | InvalidArgument;

/** Proves by a code or link, and does what it is for: in one commit, once, however many try at the same time. */
export const spend = <Value, E>(
  context: CommandContext,
  proof: ChallengeProof,
  effect: Effect<Value, E>,
): Promise<Result<Value, E | SpendError>> =>
  spendAnd(context, proof, effect, async ({ settlement }, done) => {
    const settled = await context.engine.store.attempts.settle(settlement);
    return settled.isErr() ? err<Value, E | SpendError>(settled.error) : done;
  });

/** The same, and `finish` settles what was proved, in any case. */
export async function spendAnd<Value, Finished, E, F>(
  context: CommandContext,
  proof: ChallengeProof,
  effect: Effect<Value, E>,
  finish: (verdict: Verdict, done: Result<Value, E | SpendError>) => PromiseLike<Result<Finished, F>>,
): Promise<Result<Finished, F | SpendError>> {
  let done: Result<Value, E | SpendError> = err(challengeInvalid());
  const proved = await proverIn(context).proveChallengeAnd(
    proof,
    async ({ userId }, challenge) => {
      done = await inUnit(context, (inside) => spendIn(inside, userId, challenge, effect), actorOf(context, userId));
      return !isUsed(done);
    },
    // The prover of challenges answers no error of a method.
    (verdict) => finish(verdict, verdict.outcome.isErr() ? err(verdict.outcome.error) : done),
  );
  return proved;
}

/** Who shows a code does it himself, whether or not he is signed in. */
const actorOf = ({ scope }: CommandContext, userId: string) => (scope.principal === undefined ? { actor: `user:${userId}` } : {});

/** Of those who come at the same time all but one lose the race for the version, look again, and find it used. */
async function spendIn<Value, E>(
  inside: CommandUnit,
  userId: string,
  challenge: Challenge,
  effect: Effect<Value, E>,
): Promise<Result<Value, E | ChallengeInvalid | LoadError | InvalidArgument>> {
  const challenges = await challengesOf(inside, userId);
  if (challenges.isErr()) return err(challenges.error);
  const found = await whose(inside, userId);
  if (found.isErr()) return err(found.error);
  if (found.value === undefined || challenges.value?.live(challenge.purpose)?.id !== challenge.id) return err(challengeInvalid());
  if ((await currentBinding(challenge.purpose, found.value)) !== challenge.binding) return err(challengeInvalid());
  challenges.value.spend(challenge);
  return effect({ ...found.value, inside, challenge, challenges: challenges.value });
}

/** Right, and too late: somebody else was first. Or right, and shown for another address. */
const isUsed = (done: Result<unknown, unknown>): boolean => done.isErr() && field(done.error, "code") === "challenge-invalid";
