import type { Engine } from "../engine.js";
import type { InvalidScope } from "../errors.js";
import type { InvalidArgument } from "../kernel/error.js";
import { holds } from "../kernel/hostile.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Scope } from "../kernel/scope.js";
import type { StoreError } from "../ports/store.js";
import { occasion } from "../unit/guard-event.js";
import { isVerified } from "../users/verified.js";
import type { Verified } from "../users/verified.js";
import type { CommandContext } from "./context.js";
import { deviceInput } from "./device-input.js";
import type { LogInRefusal } from "./events.js";
import { proofExpired } from "./gate.js";
import { refusalFor } from "./refusals.js";
import { trace } from "./session-events.js";
import { startSession } from "./start-session.js";
import type { SignedIn, StartSessionError } from "./start-session.js";

/** For hosts that prove by `users.verify`: one proof, or one of each factor. */
export async function startOwnSession(
  { engine, scope, problem }: CommandContext,
  proof: unknown,
  options: unknown,
): Promise<Result<SignedIn, StartSessionError | InvalidScope | InvalidArgument>> {
  if (problem !== undefined) return err(problem);
  const proofs = genuine(proof);
  if (proofs.length === 0) return err(proofExpired());
  const device = await deviceInput(engine, scope.tenant, options);
  if (device.isErr()) return err(device.error);
  const started = await startSession(engine, scope, { proofs, device: device.value.label, trusted: device.value.trusted });
  if (started.isOk()) return started;
  const cause = refusalFor(started.error.code);
  const traced = cause === undefined ? ok() : await leaveTrace(engine, scope, proofs, cause);
  return err(traced.isErr() ? traced.error : started.error);
}

/** The proofs, if all of them are; a list of the caller's own making may do anything while it is read. */
function genuine(proof: unknown): readonly Verified[] {
  let proofs: readonly Verified[] = [];
  const read = holds(() => {
    const given: readonly unknown[] = Array.isArray(proof) ? [...(proof as readonly unknown[])] : [proof];
    proofs = given.filter((one): one is Verified => isVerified(one));
    return proofs.length === given.length;
  });
  return read ? proofs : [];
}

/** The proof itself is settled: only the refusal is still to be kept. */
async function leaveTrace(
  engine: Engine,
  scope: Scope,
  proofs: readonly Verified[],
  cause: LogInRefusal,
): Promise<Result<void, StoreError>> {
  const [{ userId, method } = { userId: "", method: "" }] = proofs;
  const counter = `user:${userId}`;
  const { event, stored } = trace(engine, occasion(engine, scope), "log-in-failed", { cause }, { counter, subject: userId });
  const { tenant } = scope;
  const settled = await engine.store.attempts.settle({ tenant, method, counter, succeeded: false, events: [stored] });
  if (settled.isOk()) engine.bus.ring([event]);
  return settled;
}
