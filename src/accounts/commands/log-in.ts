import type { InvalidArgument } from "../../kernel/error.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { AccessTokensFailed } from "../../ports/access-tokens.js";
import type { Methods } from "../../types.js";
import { lookupToProve } from "../../users/criteria.js";
import type { CriteriaError } from "../../users/criteria.js";
import type { FailureOf } from "../../users/proof-input.js";
import type { ProofError } from "../../users/prover.js";
import { conclude } from "../conclude.js";
import type { LoggedIn } from "../conclude.js";
import { proverIn } from "../context.js";
import type { CommandContext } from "../context.js";
import { deviceInput } from "../device-input.js";
import type { SecondFactorRequired } from "../errors.js";
import type { GateError } from "../gate.js";
import { criteriaIn, proofIn } from "../log-in-input.js";
import type { Credentials, DeviceInput } from "../log-in-input.js";

export type LogInInput<M extends Methods> = Credentials<M> & DeviceInput;

export type LogInError<M extends Methods> =
  ProofError | FailureOf<M, keyof M> | CriteriaError | Exclude<GateError, SecondFactorRequired> | AccessTokensFailed | InvalidArgument;

/** Proves the user and starts a session, in two round trips. Unknown users and wrong secrets are `invalid-credentials` alike. */
export async function logIn<M extends Methods>(context: CommandContext, input: unknown): Promise<Result<LoggedIn, LogInError<M>>> {
  const { engine, scope } = context;
  const criteria = criteriaIn(input);
  if (criteria.isErr()) return err(criteria.error);
  const target = lookupToProve(criteria.value, engine.users.phoneParser);
  if (target.isErr()) return err(target.error);
  const proof = proofIn(input, engine.users.methods);
  if (proof.isErr()) return err(proof.error);
  const device = await deviceInput(engine, scope.tenant, input);
  if (device.isErr()) return err(device.error);
  const proved = await proverIn(context).proveAnd({ target: target.value, ...proof.value, device: device.value.trusted }, (verdict) =>
    conclude(context, verdict, device.value),
  );
  // The prover knows the methods as a map; their own types say how they fail.
  return proved as Result<LoggedIn, LogInError<M>>;
}
