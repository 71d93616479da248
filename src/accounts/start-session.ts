import type { Engine } from "../engine.js";
import { timestamp } from "../kernel/clock.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Scope } from "../kernel/scope.js";
import type { AccessTokensFailed } from "../ports/access-tokens.js";
import type { Settlement } from "../ports/attempts.js";
import type { StoreError } from "../ports/store.js";
import type { StoredSession } from "../ports/sessions.js";
import { occasion } from "../unit/guard-event.js";
import type { Verified } from "../users/verified.js";
import { admit, proofExpired } from "./gate.js";
import type { ProofExpired } from "./errors.js";
import type { Admission, GateError } from "./gate.js";
import { issueTokens } from "./issue.js";
import type { Tokens } from "./issue.js";
import { trace } from "./session-events.js";
import { hashOf, newSecrets } from "./tokens.js";
import { trustDevice } from "./trusted-device.js";
import type { TrustedDevice } from "./trusted-device.js";

/** A session has started. */
export interface SignedIn extends Tokens {
  readonly status: "signed-in";
  /** For this device to keep, and to show at its next log-in as `trustedDevice`: strangers cannot lock its owner out there. */
  readonly trustedDevice: string;
}

export type StartSessionError = GateError | AccessTokensFailed | StoreError;

export interface SessionRequest {
  readonly proofs: readonly Verified[];
  readonly device: string | null;
  /** The trusted device that the log-in came from. */
  readonly trusted?: TrustedDevice | undefined;
  /** What came of the last proof; settled in the statement that keeps the session. */
  readonly settlement?: Settlement;
  /** Whether it is that of the sign-up: then there is nobody to be told of a new device. */
  readonly isFirst?: boolean;
}

/** Lets pass, issues the tokens, and keeps the session with all its traces in one statement. */
export async function startSession(engine: Engine, scope: Scope, request: SessionRequest): Promise<Result<SignedIn, StartSessionError>> {
  const now = engine.clock.now();
  const admitted = admit(engine.accounts, request.proofs, { tenant: scope.tenant, now });
  return admitted.isErr() ? err(admitted.error) : keep(engine, scope, request, admitted.value, now);
}

async function keep(
  engine: Engine,
  scope: Scope,
  { device, trusted, settlement, isFirst = false }: SessionRequest,
  admission: Admission,
  now: number,
): Promise<Result<SignedIn, ProofExpired | AccessTokensFailed | StoreError>> {
  const { accounts, random, store, ids } = engine;
  const when = occasion(engine, scope);
  const { tenant } = scope;
  const session = newSession(ids.next(), admission, device, accounts.lifetimes, now);
  const secrets = newSecrets(random);
  const tokens = await issueTokens(accounts, session, secrets, { tenant, now });
  if (tokens.isErr()) return err(tokens.error);
  const { methods } = admission;
  const about = { session: session.id, subject: session.account };
  const traces = [
    trace(engine, when, "log-in-succeeded", { methods }, about),
    trace(engine, when, "session-started", { methods, device, newDevice: !isFirst && trusted?.holder !== session.account }, about),
  ];
  const events = traces.map(({ stored }) => stored);
  const started = await store.sessions.start({
    tenant,
    session,
    family: await hashOf(secrets.family),
    refresh: await hashOf(secrets.refresh),
    access:
      accounts.accessTokens === undefined ? { hash: await hashOf(secrets.access), expiresAt: tokens.value.accessTokenExpiresAt } : null,
    events,
    ...(settlement === undefined ? {} : { settlement }),
  });
  if (started.isErr()) return err(started.error);
  // Whatever has ended the sessions since the proof was made has ended this one too, before it began.
  if (!started.value) return err(proofExpired());
  engine.bus.ring(traces.map(({ event }) => event));
  const trustedDevice = await trustDevice(engine, tenant, session.account, { shown: trusted, name: secrets.device });
  return ok({ status: "signed-in", ...tokens.value, trustedDevice });
}

function newSession(
  id: string,
  { userId, methods, securityVersion }: Admission,
  device: string | null,
  { idle, absolute }: { readonly idle: number; readonly absolute: number },
  now: number,
): StoredSession {
  const at = timestamp(now);
  return {
    id,
    account: userId,
    securityVersion,
    device,
    methods,
    startedAt: at,
    lastUsedAt: at,
    idleExpiresAt: timestamp(now + Math.min(idle, absolute)),
    expiresAt: timestamp(now + absolute),
  };
}
