import type { Engine } from "../../engine.js";
import { isDomainError, messageOf } from "../../kernel/error.js";
import type { DomainEvent } from "../../kernel/event.js";
import type { DeliveryError } from "../../ports/deliveries.js";
import type { StoredEvent } from "../../ports/store.js";
import { uninstrumented } from "../../uninstrumented.js";
import { readEvent } from "../../unit/read-events.js";
import { isErr } from "../answer.js";
import { Delivery } from "./delivery.js";
import { measuredDelivery } from "./measured-delivery.js";
import type { DurableSubscriber } from "./subscribers.js";

/** Undefined when the handler has done its work. */
export type Failure = DeliveryError | undefined;

/** A handler that is running, for whoever has to end it. */
export interface Running {
  /** Its answer counts no more; this one does. */
  cut(failure: DeliveryError): void;
}

/** As much of an error's message as is kept: it is the host's text, and nobody knows how long. */
const LONGEST_MESSAGE = 500;

/** Calls the handler for one event. Neither throws nor rejects, unless a port does; `running` is told while there is something to be waited for. */
export function handle(
  engine: Engine,
  subscriber: DurableSubscriber,
  stored: StoredEvent,
  attempt: number,
  running: Set<Running>,
): Promise<Failure> | Failure {
  const { event, unreadable } = readEvent(engine, stored);
  const call = (): Promise<Failure> | Failure =>
    unreadable === undefined
      ? answerOf(engine, subscriber, event, attempt, running)
      : { code: "event-unreadable", message: cut(unreadable) };
  return engine.instrumentation === uninstrumented ? call() : measuredDelivery(engine, subscriber, stored, attempt, call);
}

/** Not `async`: a handler that answers at once costs no promise. */
function answerOf(
  engine: Engine,
  subscriber: DurableSubscriber,
  event: DomainEvent,
  attempt: number,
  running: Set<Running>,
): Promise<Failure> | Failure {
  const delivery = new Delivery(engine, subscriber, event, attempt);
  try {
    const answer = subscriber.handler(event, delivery);
    return isThenable(answer) ? settled(answer, delivery, subscriber.settings.timeout, running) : ended(delivery, failureOf(answer));
  } catch (thrown) {
    return ended(delivery, threw(thrown));
  }
}

async function settled(answer: PromiseLike<unknown>, delivery: Delivery, timeout: number, running: Set<Running>): Promise<Failure> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let task: Running | undefined;
  let why: string | undefined;
  const failure = await new Promise<Failure>((resolve) => {
    task = {
      cut: (because) => {
        why = because.message;
        resolve(because);
      },
    };
    running.add(task);
    timer = setTimeout(() => task?.cut({ code: "handler-timed-out", message: `no answer within ${timeout} ms` }), timeout);
    Promise.resolve(answer)
      .then(failureOf)
      .then(resolve, (thrown: unknown) => resolve(threw(thrown)));
  });
  clearTimeout(timer);
  if (task !== undefined) running.delete(task);
  await Delivery.end(delivery, why);
  return failure;
}

function ended(delivery: Delivery, failure: Failure): Promise<Failure> | Failure {
  const over = Delivery.end(delivery);
  return Delivery.hasUnits(delivery) ? over.then(() => failure) : failure;
}

function failureOf(answer: unknown): Failure {
  if (!isErr(answer)) return undefined;
  const { error } = answer;
  return isDomainError(error)
    ? { code: cut(error.code), message: cut(error.message) }
    : { code: "handler-refused", message: "the handler returned an err" };
}

const threw = (thrown: unknown): DeliveryError => ({ code: "handler-threw", message: cut(messageOf(thrown)) });

// A lone surrogate, or U+0000, is nothing that every store can keep.
const cut = (text: string): string => text.slice(0, LONGEST_MESSAGE).replace(/\p{Surrogate}|\u0000/gu, "\uFFFD");

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";

/** One that is given up is told to whoever hears of failures: nobody would look for it. */
export const reportDeadLetter = (engine: Engine, stored: StoredEvent, failure: DeliveryError): void =>
  engine.bus.report(failure, readEvent(engine, stored).event);
