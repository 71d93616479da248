import type { InvalidScope } from "../../errors.js";
import { timestamp } from "../../kernel/clock.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { StoreError } from "../../ports/store.js";
import type { CommandContext } from "../context.js";
import { notAuthenticated } from "../errors.js";
import type { NotAuthenticated } from "../errors.js";
import { revoke } from "../revoke.js";
import { hashOf, partsOf } from "../tokens.js";

/** The session to end: that of the refresh token, or the actor's own when there is none. */
export interface LogOutInput {
  readonly refreshToken?: string;
}

export type LogOutError = NotAuthenticated | StoreError | InvalidScope;

/** Ends one session. One that has ended already is no error; a text that is no refresh token is none of ours, and ends nothing. */
export async function logOut(context: CommandContext, input: unknown): Promise<Result<void, LogOutError>> {
  const { engine, scope, problem } = context;
  if (problem !== undefined) return err(problem);
  const at = timestamp(engine.clock.now());
  const given = field(input, "refreshToken");
  if (given !== undefined) {
    const parts = partsOf("refresh", given);
    if (parts === undefined) return ok(undefined);
    const ended = await revoke(context, { family: await hashOf(parts.family) }, "logged-out", at);
    return ended.map(() => undefined);
  }
  if (scope.principal?.kind !== "user") return err(notAuthenticated());
  const { id: account, session: id } = scope.principal;
  const ended = await revoke(context, { id, account }, "logged-out", at);
  return ended.map(() => undefined);
}
