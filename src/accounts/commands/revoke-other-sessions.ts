import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { CommandUnit } from "../context.js";
import type { AccountClosed } from "../errors.js";
import { ownPresence } from "../presence.js";
import type { PresenceError } from "../presence.js";

export type RevokeOtherSessionsError = PresenceError | AccountClosed;

/** Ends all of the actor's own sessions but the one that asks, in one commit: also those that are being started meanwhile. */
export async function revokeOtherSessions(inside: CommandUnit): Promise<Result<void, RevokeOtherSessionsError>> {
  const own = await ownPresence(inside);
  if (own.isErr()) return err(own.error);
  const { account, session } = own.value;
  return account.endSessions("asked", session.id);
}
