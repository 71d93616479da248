import { timestamp } from "../../kernel/clock.js";
import { domainError } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { StoreError } from "../../ports/store.js";
import { commandUnit } from "../context.js";
import type { CommandContext } from "../context.js";
import type { SessionNotFound } from "../errors.js";
import { idIn } from "../input.js";
import { ownPresence } from "../presence.js";
import type { PresenceError } from "../presence.js";
import { revoke } from "../revoke.js";

export interface RevokeSessionInput {
  readonly sessionId: string;
}

export type RevokeSessionError = PresenceError | SessionNotFound | StoreError | InvalidArgument;

/** Ends one of the actor's own sessions. */
export async function revokeSession(context: CommandContext, input: unknown): Promise<Result<void, RevokeSessionError>> {
  const id = idIn(input, "sessionId");
  if (id.isErr()) return err(id.error);
  const own = await ownPresence(commandUnit(context.open()));
  if (own.isErr()) return err(own.error);
  const account = own.value.account.id;
  const ended = await revoke(context, { id: id.value, account }, "revoked", timestamp(context.engine.clock.now()));
  if (ended.isErr()) return err(ended.error);
  return ended.value === undefined ? err(domainError("session-not-found", "there is no such session")) : ok(undefined);
}
