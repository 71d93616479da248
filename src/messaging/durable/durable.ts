import { answer } from "../../answered.js";
import type { Engine } from "../../engine.js";
import { timestamp } from "../../kernel/clock.js";
import { configured } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import type { EventOf } from "../../kernel/event.js";
import { err, errAsync, ok } from "../../kernel/result.js";
import type { ResultAsync } from "../../kernel/result.js";
import type { SubscriberStatus } from "../../ports/deliveries.js";
import type { StoreError } from "../../ports/store.js";
import type { Types } from "../../types.js";
import type { LoggedPayloads } from "../doors.js";
import { deadLetters } from "./dead-letters.js";
import type { DeadLetterInput, DeadLetterPage } from "./dead-letters.js";
import type { Delivery } from "./delivery.js";
import { deliveryIn, deliveryUnknown, subscriberIn, subscriberUnknown } from "./input.js";
import type { DeliveryInput, DeliveryUnknown, SubscriberUnknown } from "./input.js";
import type { DurableOptions } from "./options.js";
import { replay } from "./replay.js";
import type { Replayed, ReplayInput } from "./replay.js";
import { settled } from "./settled.js";
import type { Settlement, SettledInput, Unsettled } from "./settled.js";

/**
 * Subscribers that miss nothing: after the commit, in whichever process has a worker, at least once, in order for each publisher.
 * What fails is tried again; what goes on failing is a dead letter, and holds back what its publisher published later, and nothing else.
 */
export class Durable<T extends Types> {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Declares one, under the name by which its place in the log is kept: the same in every process and release. Personal fields are
   * missing in what it hears of somebody who has been forgotten meanwhile. A handler fails by returning an `err`, throwing, or taking too long. The function that is returned takes it away from this process's next workers.
   * Throws a `ConfigurationError` for what cannot be.
   */
  subscribe<Type extends (keyof LoggedPayloads<T> & string) | "*">(
    name: string,
    types: Type | readonly Type[],
    handler: (event: EventOf<LoggedPayloads<T>, Type>, delivery: Delivery<T>) => unknown,
    options?: DurableOptions,
  ): () => void {
    return configured("durable.subscribe", () => this.#engine.durable.add(name, types, handler, options));
  }

  /** How far each subscriber has come, with what waits and what is dead. By name. */
  status(): ResultAsync<readonly SubscriberStatus[], StoreError> {
    const { store, clock } = this.#engine;
    return answer(() => store.deliveries.status(timestamp(clock.now())));
  }

  /** What was given up, oldest first. Errors: `invalid-argument`, and the store's. */
  deadLetters(input: DeadLetterInput = {}): ResultAsync<DeadLetterPage<T>, StoreError | InvalidArgument> {
    return answer(() => deadLetters(this.#engine, input));
  }

  /**
   * Delivers once more, in the order of the log: one event, all events so far of one publisher, everything since a time or the
   * beginning, or what was given up. Types that the subscriber does not hear (as it is declared here) are left out. What its handler
   * did through `delivery.unitOfWork()` is not done again while the record of that commit is kept: `commits` of `retention.sweep`.
   * Errors: `subscriber-unknown`, `invalid-argument`, and the store's.
   */
  replay(input: ReplayInput): ResultAsync<Replayed, SubscriberUnknown | StoreError | InvalidArgument> {
    return answer(() => replay(this.#engine, input));
  }

  /** Gives up an event that waits or is dead, so that what is behind it goes on. Errors: `delivery-unknown`, and the store's. */
  discard(input: DeliveryInput): ResultAsync<void, DeliveryUnknown | StoreError | InvalidArgument> {
    const checked = deliveryIn(input);
    if (checked.isErr()) return errAsync(checked.error);
    const { subscriber, tenant, event } = checked.value;
    const discarded = answer(() => this.#ring(this.#engine.store.deliveries.discard(subscriber, tenant, event)));
    return discarded.andThen((done) => (done ? ok(undefined) : err(deliveryUnknown())));
  }

  /** Takes nothing more for it, in any process, until it is resumed; what is running ends. Errors: `subscriber-unknown`, and the store's. */
  pause(subscriber: string): ResultAsync<void, SubscriberUnknown | StoreError | InvalidArgument> {
    return this.#known(subscriber, (name) => this.#engine.store.deliveries.pause(name, true));
  }

  /** Errors: `subscriber-unknown`, and the store's. */
  resume(subscriber: string): ResultAsync<void, SubscriberUnknown | StoreError | InvalidArgument> {
    return this.#known(subscriber, (name) => this.#ring(this.#engine.store.deliveries.pause(name, false)));
  }

  /** For a subscriber that is no more: its place in the log and all that waits for it are gone. Errors: `subscriber-unknown`, and the store's. */
  forget(subscriber: string): ResultAsync<void, SubscriberUnknown | StoreError | InvalidArgument> {
    return this.#known(subscriber, (name) => this.#engine.store.deliveries.forget(name));
  }

  /**
   * For tests: when every subscriber of this application has handled everything that has happened so far, what its handlers do
   * included, or has given it up. Waits between tries are let pass by a clock that can be advanced (`fixedClock`), while no worker has
   * something in hand, and waited for otherwise. Errors: `unsettled` when something is still not done after `timeout`, and the store's.
   */
  settled(input: SettledInput = {}): ResultAsync<Settlement, Unsettled | StoreError | InvalidArgument> {
    return settled(this.#engine, input);
  }

  /** Tells the workers, once it is done. */
  #ring<Value>(done: ResultAsync<Value, StoreError>): ResultAsync<Value, StoreError> {
    return done.map((value) => {
      this.#engine.wake.ring();
      return value;
    });
  }

  #known(
    name: unknown,
    change: (name: string) => ResultAsync<boolean, StoreError>,
  ): ResultAsync<void, SubscriberUnknown | StoreError | InvalidArgument> {
    return subscriberIn(name)
      .asyncAndThen<boolean, StoreError | InvalidArgument>((checked) => answer(() => change(checked)))
      .andThen((known) => (known ? ok(undefined) : err(subscriberUnknown())));
  }
}
