import type { DomainError } from "../../kernel/error.js";
import { ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Spending } from "./spend-challenge.js";

/** Sets a password without the one before, and ends all sessions in that commit. */
export async function newPassword({ inside, user, account }: Spending, password: unknown): Promise<Result<void, DomainError>> {
  const replaces = user.password !== undefined;
  const { principal } = inside.unit.scope;
  const isSignedIn = principal?.kind === "user" && principal.id === user.id;
  // The method checks its own input.
  const set = await user.setPassword(password as never);
  if (set.isErr() || (replaces && !isSignedIn)) return set;
  // A first password replaces none, so that nobody else ends the sessions; and a change in a session of his own would spare that one.
  return account?.endSessions("password-changed") ?? ok(undefined);
}
