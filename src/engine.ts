import type { AccountServices } from "./accounts/services.js";
import type { AggregateDefinition } from "./kernel/definition.js";
import type { Clock } from "./kernel/clock.js";
import type { Facts } from "./kernel/aggregate.js";
import type { EventDefinition } from "./kernel/event.js";
import type { Ids } from "./kernel/ids.js";
import type { Random } from "./kernel/random.js";
import type { Bus } from "./messaging/bus.js";
import type { DurableSubscribers } from "./messaging/durable/subscribers.js";
import type { Wake } from "./messaging/wake.js";
import type { Subscriptions } from "./messaging/subscriptions.js";
import type { UserServices } from "./users/services.js";
import type { Instrumentation } from "./ports/instrumentation.js";
import type { Store } from "./ports/store.js";

/** What every unit of work needs, wired once by the application. */
export interface Engine {
  readonly store: Store<unknown>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly facts: Facts;
  readonly definitions: ReadonlyMap<string, AggregateDefinition>;
  /** Event types that aggregates record: what one can subscribe to inside a transaction. */
  readonly eventTypes: ReadonlySet<string>;
  /** Every event type there is, those of guards included. */
  readonly events: ReadonlyMap<string, EventDefinition>;
  readonly bus: Bus<unknown>;
  /** Tells the workers of durable subscribers that something was committed. */
  readonly wake: Wake;
  readonly durable: DurableSubscribers;
  readonly instrumentation: Instrumentation;
  /** Declared ones first, then those of `application.inTransaction`. */
  readonly subscriptions: Subscriptions<unknown>;
  /** Milliseconds one subscriber may take inside a transaction. */
  readonly subscriberTimeout: number;
  readonly users: UserServices;
  readonly accounts: AccountServices;
}
