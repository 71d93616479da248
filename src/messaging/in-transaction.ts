import { ConfigurationError } from "../kernel/error.js";
import type { DomainEvent, EventOf } from "../kernel/event.js";
import type { Scope } from "../kernel/scope.js";
import type { RecordedPayloads, Types } from "../types.js";
import type { Repositories } from "../unit-of-work.js";
import type { Subscriptions } from "./subscriptions.js";

/** What a subscriber inside the transaction works with: the unit's repositories, and on a database the transaction itself. */
export type SubscriberUnit<T extends Types> = Repositories<T> & {
  /** The open transaction: write the host's own tables with it. Revoked when the transaction ends. */
  readonly tx: T["tx"];
  readonly scope: Scope;
};

/** Returning an `err` (or a promise of one), throwing, or taking too long rolls everything back; anything else lets it pass. */
export type TransactionHandler<T extends Types, Type extends (keyof RecordedPayloads<T> & string) | "*"> = (
  event: EventOf<RecordedPayloads<T>, Type>,
  unit: SubscriberUnit<T>,
) => unknown;

export type Subscribe<T extends Types> = <Type extends (keyof RecordedPayloads<T> & string) | "*">(
  type: Type,
  handler: TransactionHandler<T, Type>,
) => () => void;

/** Adds a subscriber after checking what the compiler cannot when it is not asked. A mistake here is one of wiring, and throws. */
export function subscribeTo(
  subscriptions: Subscriptions<unknown>,
  known: ReadonlySet<string>,
  type: unknown,
  handler: unknown,
  declared: boolean,
): () => void {
  const problems = problemsOf(known, type, handler);
  if (problems.length > 0 || typeof type !== "string" || typeof handler !== "function") throw new ConfigurationError(problems);
  return subscriptions.add({ type, declared, handler: handler as (event: DomainEvent, unit: unknown) => unknown });
}

/** Event types, as they are, or of whatever there is for each. */
export type Known = Pick<ReadonlySet<string>, "has">;

/** Why a subscription cannot be. */
export const problemsOf = (known: Known, type: unknown, handler: unknown): readonly string[] => [
  ...(typeof type === "string" && (type === "*" || known.has(type))
    ? []
    : [
        `subscribe: there is no event type ${typeof type === "string" ? JSON.stringify(type.slice(0, 128)) : typeof type} to subscribe to here`,
      ]),
  ...(typeof handler === "function" ? [] : ["subscribe: the handler must be a function"]),
];
