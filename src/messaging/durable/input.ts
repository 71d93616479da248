import { domainError, invalidArgument } from "../../kernel/error.js";
import type { DomainError, InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import { DEFAULT_TENANT } from "../../kernel/scope.js";
import { isKey, LONGEST_ID } from "../../unit/keys.js";
import { isSubscriberName } from "./subscribers.js";

/** No durable subscriber of this name has ever been seen by a worker. */
export type SubscriberUnknown = DomainError<"subscriber-unknown">;

/** No event of this id waits for this subscriber. */
export type DeliveryUnknown = DomainError<"delivery-unknown">;

/** One event of one subscriber's. */
export interface DeliveryInput {
  readonly subscriber: string;
  /** The event's; the default tenant when left out. */
  readonly tenant?: string;
  /** The event's id. */
  readonly event: string;
}

export const subscriberUnknown = (): SubscriberUnknown => domainError("subscriber-unknown", "there is no such durable subscriber");

export const deliveryUnknown = (): DeliveryUnknown => domainError("delivery-unknown", "no such event waits for this subscriber");

export const subscriberIn = (name: unknown): Result<string, InvalidArgument> =>
  isSubscriberName(name) ? ok(name) : err(invalidArgument("subscriber", "must be a durable subscriber's name"));

/** The default tenant's when none is named. */
export function tenantIn(input: unknown): Result<string, InvalidArgument> {
  const tenant = field(input, "tenant") ?? DEFAULT_TENANT;
  return isKey(tenant, LONGEST_ID) ? ok(tenant) : err(invalidArgument("tenant", "must be text of 1 to 255 characters"));
}

export function idIn(input: unknown, name: string): Result<string, InvalidArgument> {
  const id = field(input, name);
  return isKey(id, LONGEST_ID) ? ok(id) : err(invalidArgument(name, "must be an id"));
}

export const deliveryIn = (input: unknown): Result<Required<DeliveryInput>, InvalidArgument> =>
  subscriberIn(field(input, "subscriber")).andThen((subscriber) =>
    tenantIn(input).andThen((tenant) => idIn(input, "event").map((event) => ({ subscriber, tenant, event }))),
  );
