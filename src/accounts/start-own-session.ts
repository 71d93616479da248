import type { InvalidScope } from "../errors.js";
import type { InvalidArgument } from "../kernel/error.js";
import { err } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { isVerified } from "../users/verified.js";
import type { Verified } from "../users/verified.js";
import type { CommandContext } from "./context.js";
import { deviceInput } from "./device-input.js";
import { proofExpired } from "./gate.js";
import { startSession } from "./start-session.js";
import type { SignedIn, StartSessionError } from "./start-session.js";

/** For hosts that prove by `users.verify`: one proof, or one of each factor. */
export async function startOwnSession(
  { engine, scope, problem }: CommandContext,
  proof: unknown,
  options: unknown,
): Promise<Result<SignedIn, StartSessionError | InvalidScope | InvalidArgument>> {
  if (problem !== undefined) return err(problem);
  const proofs: readonly unknown[] = Array.isArray(proof) ? proof : [proof];
  if (!proofs.every((one): one is Verified => isVerified(one))) return err(proofExpired());
  const device = await deviceInput(engine, scope.tenant, options);
  if (device.isErr()) return err(device.error);
  return startSession(engine, scope, { proofs, device: device.value.label, trusted: device.value.trusted });
}
