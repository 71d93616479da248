import type { Engine } from "../engine.js";
import { addresseeOf } from "../accounts/proofs/addressee.js";
import type { DomainEvent } from "../kernel/event.js";
import { field } from "../kernel/hostile.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { Secret } from "../kernel/secret.js";
import type { NoticeKind, UserMessage } from "../ports/messages.js";
import type { LoadFailure } from "../ports/store.js";
import { challengesBehaviour, liveIn } from "../users/challenges/challenges.js";
import type { ChallengesState } from "../users/challenges/challenges.js";
import type { Channel } from "../users/challenges/events.js";
import { isPurpose } from "../users/challenges/forms.js";
import { userBehaviour } from "../users/behaviour.js";
import type { UserState } from "../users/state.js";

/** What one of the subscribers says, of an event: nothing where there is nothing to say (any more). */
type Outgoing = Result<UserMessage | undefined, LoadFailure>;

/**
 * The message of a challenge. One that was used, replaced or has had its time is not sent any more. Codes and links are
 * derived here and nowhere else, from what is stored, so that every try says the same.
 */
export async function challengeMessage(engine: Engine, event: DomainEvent, channel: Channel): Promise<Outgoing> {
  const { id } = event.publisher;
  const { tenant } = event.metadata;
  const purpose = field(event.payload, "purpose");
  if (field(event.payload, "channel") !== channel || !isPurpose(purpose)) return ok(undefined);
  const challenges = await stateOf<ChallengesState>(engine, tenant, challengesBehaviour.kind, id);
  if (challenges.isErr()) return err(challenges.error);
  const live = liveIn(challenges.value, purpose);
  if (live?.address === undefined || live.id !== field(event.payload, "challenge")) return ok(undefined);
  const user = await stateOf<UserState>(engine, tenant, userBehaviour.kind, id);
  if (user.isErr()) return err(user.error);
  if (user.value === undefined || user.value.removedAt !== null) return ok(undefined);
  const { secrets } = engine.users;
  const now = engine.clock.now();
  const isGood = (until: string | null): until is string => until !== null && now < Date.parse(until);
  const code = isGood(live.codeExpiresAt) ? await secrets.code(tenant, id, live) : undefined;
  const link = isGood(live.linkExpiresAt) ? await secrets.link(tenant, id, live) : undefined;
  if (code === undefined && link === undefined) return ok(undefined);
  return ok({
    ...about(event, id, user.value),
    kind: purpose,
    channel,
    to: live.address,
    code: code === undefined ? null : { text: new Secret(code), expiresAt: live.codeExpiresAt ?? "" },
    link: link === undefined ? null : { token: new Secret(link), expiresAt: live.linkExpiresAt ?? "" },
  });
}

const DAY = 24 * 60 * 60_000;

/** The message of something that has happened. After a day it is no news. */
export async function noticeMessage(engine: Engine, event: DomainEvent): Promise<Outgoing> {
  const notice = noticeOf(event);
  const { subject, metadata, occurredAt } = event;
  if (notice === undefined || subject === null || engine.clock.now() - Date.parse(occurredAt) > DAY) return ok(undefined);
  const user = await stateOf<UserState>(engine, metadata.tenant, userBehaviour.kind, subject);
  if (user.isErr()) return err(user.error);
  if (user.value === undefined || user.value.removedAt !== null) return ok(undefined);
  const to = addresseeOf(user.value, (channel) => channel === "email");
  if (to === undefined) return ok(undefined);
  return ok({ ...about(event, subject, user.value), ...notice, channel: "email", to: to.address, code: null, link: null });
}

const about = ({ metadata: { tenant }, occurredAt: at }: DomainEvent, id: string, { name, attributes }: UserState) => ({
  tenant,
  user: { id, name, attributes },
  at,
  detail: null,
});

interface Notice {
  readonly kind: NoticeKind;
  readonly detail: string | null;
}

/** The types of events that somebody may be told of. */
export const NOTICED = [
  "sign-up-repeated",
  "password-changed",
  "credential-added",
  "credential-confirmed",
  "credential-removed",
  "session-started",
] as const;

function noticeOf({ type, payload }: DomainEvent): Notice | undefined {
  const is = (name: string): boolean => field(payload, name) === true;
  const detail = (name: string): string | null => {
    const text = field(payload, name);
    return typeof text === "string" ? text : null;
  };
  switch (type) {
    case "sign-up-repeated":
      return { kind: "sign-up-repeated", detail: null };
    case "password-changed":
      return is("replaced") ? { kind: "password-changed", detail: null } : undefined;
    case "credential-added":
      return is("confirmed") ? { kind: "factor-added", detail: detail("kind") } : undefined;
    case "credential-confirmed":
      return { kind: "factor-added", detail: detail("kind") };
    case "credential-removed":
      return detail("kind") === "password" ? undefined : { kind: "factor-removed", detail: detail("kind") };
    case "session-started":
      return is("newDevice") ? { kind: "new-device", detail: detail("device") } : undefined;
    default:
      return undefined;
  }
}

/** The state of one of denizen's own aggregates, whose kind says its type; undefined when there is none. */
async function stateOf<State>(engine: Engine, tenant: string, kind: string, id: string): Promise<Result<State | undefined, LoadFailure>> {
  const loaded = await engine.store.load(tenant, { kind, id }, { limit: 1 });
  return loaded.map(([stored]) => stored?.state as State | undefined);
}
