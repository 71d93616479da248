import type { Timestamp } from "../kernel/clock.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Revocation, StoredSession } from "../ports/sessions.js";
import type { StoreError } from "../ports/store.js";
import { occasion } from "../unit/guard-event.js";
import type { CommandContext } from "./context.js";
import type { SessionRevocation } from "./events.js";
import { openTrace } from "./session-events.js";

/** Ends one session, with its event, in one statement; undefined when there was none that was live. */
export async function revoke(
  { engine, scope }: CommandContext,
  target: Revocation["target"],
  cause: SessionRevocation,
  at: Timestamp,
): Promise<Result<StoredSession | undefined, StoreError>> {
  const revoked = openTrace(engine, occasion(engine, scope), "session-revoked", { cause });
  const ended = await engine.store.sessions.revoke({ tenant: scope.tenant, target, at, revoked: revoked.stored });
  if (ended.isErr()) return err(ended.error);
  if (ended.value !== undefined) engine.bus.ring([revoked.of(ended.value)]);
  return ok(ended.value);
}
