import { timestamp } from "../../kernel/clock.js";
import { domainError } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { AccessTokensFailed } from "../../ports/access-tokens.js";
import type { Rotated, Rotation } from "../../ports/sessions.js";
import type { StoreError } from "../../ports/store.js";
import type { InvalidScope } from "../../errors.js";
import { occasion } from "../../unit/guard-event.js";
import type { CommandContext } from "../context.js";
import type { RefreshTokenInvalid } from "../errors.js";
import { accessExpiry, issueTokens } from "../issue.js";
import type { Secrets, Tokens } from "../issue.js";
import { openTrace } from "../session-events.js";
import { hashOf, newNonce, nextSecrets, partsOf } from "../tokens.js";

export interface RefreshInput {
  readonly refreshToken: string;
}

export type RefreshError = RefreshTokenInvalid | AccessTokensFailed | StoreError | InvalidScope;

/**
 * Refresh-token rotation (RFC 9700 §4.14.2), in one round trip: takes a refresh token once and gives the next pair. Requests that
 * present the same token at the same time are given the same pair; after the grace its use ends the session, for good, whatever
 * the answer says.
 */
export async function refresh({ engine, scope, problem }: CommandContext, input: unknown): Promise<Result<Tokens, RefreshError>> {
  if (problem !== undefined) return err(problem);
  const presented = partsOf("refresh", field(input, "refreshToken"));
  if (presented === undefined) return err(refreshTokenInvalid());
  const { lifetimes, accessTokens } = engine.accounts;
  const now = engine.clock.now();
  const nonce = newNonce(engine.random);
  const next = await nextSecrets(presented.secret, nonce);
  const when = occasion(engine, scope);
  const refreshed = openTrace(engine, when, "session-refreshed", {});
  const replayed = [
    openTrace(engine, when, "refresh-token-replayed", {}),
    openTrace(engine, when, "session-revoked", { cause: "replayed" }),
  ];
  const rotation: Rotation = {
    tenant: scope.tenant,
    family: await hashOf(presented.family),
    presented: await hashOf(presented.secret),
    at: timestamp(now),
    graceStart: timestamp(now - lifetimes.grace),
    idleExpiresAt: timestamp(now + lifetimes.idle),
    next: {
      refresh: await hashOf(next.refresh),
      // The store knows the session's absolute limit, and ends its tokens with it.
      access: accessTokens === undefined ? { hash: await hashOf(next.access), expiresAt: timestamp(now + lifetimes.accessToken) } : null,
      nonce,
    },
    refreshed: refreshed.stored,
    replayed: replayed.map(({ stored }) => stored),
  };
  const rotated = await engine.store.sessions.rotate(rotation);
  if (rotated.isErr()) return err(rotated.error);
  const { value } = rotated;
  if (value.outcome === "ended") return err(refreshTokenInvalid());
  if (value.outcome === "replayed") {
    engine.bus.ring(replayed.map((each) => each.of(value.session)));
    return err(refreshTokenInvalid());
  }
  if (value.outcome === "rotated") engine.bus.ring([refreshed.of(value.session)]);
  // Of those who present the same token at once, all are given what the first one's nonce made.
  const secrets = value.outcome === "graced" ? await nextSecrets(presented.secret, value.nonce) : next;
  return tokensFor({ engine, scope }, { family: presented.family, ...secrets }, value, now);
}

async function tokensFor(
  { engine, scope: { tenant } }: Pick<CommandContext, "engine" | "scope">,
  secrets: Secrets,
  rotated: Extract<Rotated, { readonly outcome: "rotated" | "graced" }>,
  now: number,
): Promise<Result<Tokens, AccessTokensFailed>> {
  const { session } = rotated;
  const expiry = accessExpiry(now, engine.accounts.lifetimes.accessToken, session.expiresAt);
  // No access token outlives its session, whatever was kept of it.
  const kept = rotated.outcome === "graced" ? (rotated.accessExpiresAt ?? expiry) : expiry;
  const accessExpiresAt = kept < session.expiresAt ? kept : session.expiresAt;
  return issueTokens(engine.accounts, session, secrets, { tenant, now, accessExpiresAt });
}

const refreshTokenInvalid = (): RefreshTokenInvalid =>
  domainError("refresh-token-invalid", "this refresh token is not valid: log in again");
