import type { DomainError, InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { AccessTokensFailed } from "../../ports/access-tokens.js";
import type { Methods } from "../../types.js";
import type { FailureOf, ProofInput } from "../../users/proof-input.js";
import type { ProofError, Verdict } from "../../users/prover.js";
import { sightOf } from "../../users/verified.js";
import { conclude } from "../conclude.js";
import { proverIn } from "../context.js";
import type { CommandContext } from "../context.js";
import { deviceInput } from "../device-input.js";
import type { PendingLogInInvalid } from "../errors.js";
import type { GateError } from "../gate.js";
import { proofIn } from "../log-in-input.js";
import type { DeviceInput } from "../log-in-input.js";
import { openPending, pendingLogInInvalid } from "../pending-log-in.js";
import type { SignedIn } from "../start-session.js";

/** What `logIn` gave as `pending`, and a proof by one of the methods that it named. */
export type CompleteLogInInput<M extends Methods> = ProofInput<M> & { readonly pending: string } & DeviceInput;

export type CompleteLogInError<M extends Methods> =
  ProofError | FailureOf<M, keyof M> | GateError | PendingLogInInvalid | AccessTokensFailed | InvalidArgument;

/** Proves the second factor and starts the session. Its guesses have a counter of their own. */
export async function completeLogIn<M extends Methods>(
  context: CommandContext,
  input: unknown,
): Promise<Result<SignedIn, CompleteLogInError<M>>> {
  const { engine, scope } = context;
  const proof = proofIn(input, engine.users.methods);
  if (proof.isErr()) return err(proof.error);
  const device = await deviceInput(engine, scope.tenant, input);
  if (device.isErr()) return err(device.error);
  const pending = await openPending(engine, scope.tenant, field(input, "pending"));
  if (pending === undefined) return err(pendingLogInInvalid());
  const target = { kind: "user", id: pending.userId } as const;
  const proved = await proverIn(context).proveAnd({ target, ...proof.value, device: device.value.trusted }, (verdict) => {
    const sight = verdict.outcome.isOk() ? sightOf(verdict.outcome.value) : undefined;
    const first = sight === undefined ? undefined : pending.restore(sight);
    return conclude(context, first === undefined ? outdated(verdict) : verdict, device.value, first === undefined ? [] : [first]);
  });
  // The prover knows the methods as a map; their own types say how they fail.
  return proved as Result<SignedIn, CompleteLogInError<M>>;
}

/** The second proof holds, and the first one does not any more: the sessions were ended since. */
const outdated = (verdict: Verdict): Verdict =>
  verdict.outcome.isErr() ? verdict : { ...verdict, outcome: err<never, DomainError>(pendingLogInInvalid()) };
