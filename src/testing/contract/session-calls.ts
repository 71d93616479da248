import type { OpaqueAccess, Revocation, Rotated, Rotation, SessionEvent, SessionStart, StoredSession } from "denizen/ports";
import { check, equal, fail, okOf } from "../assertions.js";
import { opened } from "./people.js";
import { AT, later } from "./world.js";
import type { World } from "./world.js";

/** A session, and the tokens that hold at the moment. */
export interface Tokens {
  readonly session: StoredSession;
  readonly family: string;
  readonly refresh: string;
  readonly access: OpaqueAccess | null;
}

export const HOUR = 3600;

/** What the guard is asked to keep: used from `AT` on, an hour idle at most and ten in all, with an access token for 15 minutes. */
export function starting(world: World, account: string, parts: Partial<StoredSession> = {}): SessionStart & Tokens {
  const session: StoredSession = {
    id: world.id(),
    account,
    securityVersion: 1,
    device: "Ada's ${phone} 🪐",
    methods: ["password", "totp"],
    startedAt: AT,
    lastUsedAt: AT,
    idleExpiresAt: later(HOUR),
    expiresAt: later(10 * HOUR),
    ...parts,
  };
  const access = { hash: `access ${world.id()}`, expiresAt: later(900) };
  return { tenant: world.tenant, session, family: `family ${world.id()}`, refresh: `refresh ${world.id()}`, access, events: [] };
}

/** Starts a session of an account; of a new one where none is given. */
export async function started(world: World, account?: string, parts: Partial<StoredSession> = {}): Promise<Tokens> {
  const start = starting(world, account ?? (await opened(world)), parts);
  okOf(await world.store.sessions.start(start), "start");
  return start;
}

/** An event as a guard takes it: publisher and subject are the store's business. */
export function sessionEvent(world: World, type: string): SessionEvent {
  const { publisher: _, subject: _subject, ...event } = world.event({ kind: "session", id: "", version: null }, { type });
  return event;
}

/** The current token presented so many seconds after `AT`, with a grace of ten; new ones are good for as long as the first. */
export function rotation(world: World, { family, refresh, access }: Tokens, seconds: number, parts: Partial<Rotation> = {}): Rotation {
  const next = {
    refresh: `refresh ${world.id()}`,
    access: access === null ? null : { hash: `access ${world.id()}`, expiresAt: later(seconds + 900) },
    nonce: `nonce ${world.id()}`,
  };
  return {
    tenant: world.tenant,
    family,
    presented: refresh,
    at: later(seconds),
    graceStart: later(seconds - 10),
    idleExpiresAt: later(seconds + HOUR),
    next,
    refreshed: sessionEvent(world, "session-refreshed"),
    replayed: [sessionEvent(world, "refresh-token-replayed"), sessionEvent(world, "session-revoked")],
    ...parts,
  };
}

export const rotate = async (world: World, asked: Rotation): Promise<Rotated> => okOf(await world.store.sessions.rotate(asked), "rotate");

/** Rotates the current token, which must go well, and gives the tokens that hold from then on. */
export async function refreshed(world: World, tokens: Tokens, seconds: number, parts: Partial<Rotation> = {}): Promise<Tokens> {
  const asked = rotation(world, tokens, seconds, parts);
  const answer = await rotate(world, asked);
  if (answer.outcome !== "rotated") return fail(`the token should be rotated, and is ${answer.outcome}`);
  return { session: answer.session, family: tokens.family, refresh: asked.next.refresh, access: asked.next.access };
}

export async function outcome(world: World, tokens: Tokens, seconds: number, parts: Partial<Rotation> = {}): Promise<Rotated["outcome"]> {
  return (await rotate(world, rotation(world, tokens, seconds, parts))).outcome;
}

/** The session that an access token opens; with a grace of ten seconds. */
export async function opens(world: World, tokens: Tokens, seconds: number, graceStart = later(seconds - 10)) {
  check(tokens.access !== null, "the session has an opaque access token");
  const access = { tenant: world.tenant, family: tokens.family, access: tokens.access.hash, at: later(seconds), graceStart };
  return okOf(await world.store.sessions.check(access), "check");
}

export async function revoke(
  world: World,
  target: Revocation["target"],
  seconds = 1,
  revoked = sessionEvent(world, "session-revoked"),
): Promise<StoredSession | undefined> {
  return okOf(await world.store.sessions.revoke({ tenant: world.tenant, target, at: later(seconds), revoked }), "revoke");
}

export async function list(world: World, account: string, seconds = 1): Promise<readonly StoredSession[]> {
  return okOf(await world.store.sessions.list(world.tenant, account, later(seconds)), "list");
}

export const listed = async (world: World, account: string, seconds = 1): Promise<readonly string[]> =>
  (await list(world, account, seconds)).map(({ id }) => id);

/** Nothing opens a session that has ended, by whatever way it is asked for. */
export async function isOver(world: World, tokens: Tokens, seconds: number): Promise<void> {
  const { session } = tokens;
  equal(await outcome(world, tokens, seconds), "ended", "what refreshing says");
  if (tokens.access !== null) equal(await opens(world, tokens, seconds), undefined, "what the access token opens");
  check(!(await listed(world, session.account, seconds)).includes(session.id), "a session that is over is in no list");
  const query = { accounts: [], session: session.id, at: later(seconds) };
  equal(okOf(await world.store.standing(world.tenant, query)).session, undefined, "the standing session");
  equal(await revoke(world, { family: tokens.family }, seconds), undefined, "what is left to be revoked");
}
