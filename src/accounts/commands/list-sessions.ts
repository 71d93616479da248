import { timestamp } from "../../kernel/clock.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { InvalidScope } from "../../errors.js";
import type { StoredSession } from "../../ports/sessions.js";
import type { StoreError } from "../../ports/store.js";
import type { CommandContext } from "../context.js";
import { notAuthenticated } from "../errors.js";
import type { NotAuthenticated } from "../errors.js";

/** A session, as its user sees it. */
export interface SessionView extends Omit<StoredSession, "account" | "securityVersion"> {
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

export type ListSessionsError = NotAuthenticated | StoreError | InvalidScope;

/** The actor's own live sessions, most recently used first. Who is not among them any more is not logged in. */
export async function listSessions({ engine, scope, problem }: CommandContext): Promise<Result<readonly SessionView[], ListSessionsError>> {
  if (problem !== undefined) return err(problem);
  const { principal, tenant } = scope;
  if (principal?.kind !== "user") return err(notAuthenticated());
  const listed = await engine.store.sessions.list(tenant, principal.id, timestamp(engine.clock.now()));
  if (listed.isErr()) return err(listed.error);
  const sessions = listed.value.map(({ account: _, securityVersion: __, ...session }) => ({
    ...session,
    current: session.id === principal.session,
  }));
  return sessions.some(({ current }) => current) ? ok(sessions) : err(notAuthenticated());
}
