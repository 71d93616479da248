import type { sessionEvents } from "../accounts/events.js";
import type { SessionPayloads } from "../accounts/events.js";
import type { Engine } from "../engine.js";
import { ConfigurationError } from "../kernel/error.js";
import type { EventOf, RedactedMap } from "../kernel/event.js";
import type { RecordedPayloads, RedactedPayloads, Types } from "../types.js";
import type { proofEvents } from "../users/events.js";
import type { ProofPayloads } from "../users/events.js";
import { problemsOf, subscribeTo } from "./in-transaction.js";
import type { Subscribe } from "./in-transaction.js";

/** Payloads of everything that is announced after it happened, by type: what aggregates record, and what guards publish. */
export type AnnouncedPayloads<T extends Types> = RecordedPayloads<T> & ProofPayloads & SessionPayloads;

/** Payloads of everything that is in the log, by type. Who was forgotten has left fields empty. */
export type LoggedPayloads<T extends Types> = RedactedPayloads<T> & RedactedMap<typeof proofEvents> & RedactedMap<typeof sessionEvents>;

/** The after-commit bus. `"*"` hears everything. The function that is returned ends the subscription. */
export interface AfterCommit<T extends Types> {
  subscribe<Type extends (keyof AnnouncedPayloads<T> & string) | "*">(
    type: Type,
    handler: (event: EventOf<AnnouncedPayloads<T>, Type>) => unknown,
  ): () => void;
}

/** Subscribers inside every transaction of the application. */
export interface InTransaction<T extends Types> {
  readonly subscribe: Subscribe<T>;
}

export function publicBus<T extends Types>({ bus, events }: Engine): AfterCommit<T> {
  return {
    subscribe: (type, handler) => {
      const problems = problemsOf(events, type, handler);
      if (problems.length > 0) throw new ConfigurationError(problems);
      // The bus emits by type, so a handler only gets events of the type it asked for.
      return bus.subscribe(type, (event) => handler(event as Parameters<typeof handler>[0]));
    },
  };
}

export const publicSubscriptions = <T extends Types>({ subscriptions, eventTypes }: Engine): InTransaction<T> => ({
  subscribe: (type, handler) => subscribeTo(subscriptions, eventTypes, type, handler, false),
});
