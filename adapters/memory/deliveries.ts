import type { Deliveries } from "denizen/ports";
import { compareText } from "./compare-text.js";
import { deadLetters, discard } from "./dead-letters.js";
import { done } from "./done.js";
import { renew } from "./renew.js";
import { positionBefore, replay } from "./replay.js";
import { resettle, retake } from "./retake.js";
import { settle } from "./settle.js";
import { statusOf } from "./status.js";
import { newClaims, newSubscriber } from "./subscriber.js";
import type { Subscriber } from "./subscriber.js";
import type { CommittedTables } from "./tables.js";
import { take } from "./take.js";

/** Each call is one synchronous step. Leases and delays go by the caller's time: memory has no clock. */
export function memoryDeliveries({ log, subscribers }: CommittedTables): Deliveries {
  const claims = newClaims();

  /** Does something with a subscriber that there is; or else answers at once. */
  function of<Answer>(name: string, otherwise: Answer, work: (subscriber: Subscriber) => Answer) {
    const subscriber = subscribers.get(name);
    return done(subscriber === undefined ? otherwise : work(subscriber));
  }

  return {
    enlist: (enlisted) => {
      for (const { name, from } of enlisted) {
        if (!subscribers.has(name)) subscribers.set(name, newSubscriber(name, positionBefore(from, log)));
      }
      return done(undefined);
    },
    take: (request) => done(take(log, subscribers.get(request.subscriber), request, claims)),
    settle: (settled) => of(settled.subscriber, undefined, (subscriber) => settle(log, subscriber, settled)),
    retake: (request) => of(request.subscriber, [], (subscriber) => retake(subscriber, request, claims)),
    resettle: (resettled) => of(resettled.subscriber, undefined, (subscriber) => resettle(log, subscriber, resettled)),
    renew: (renewal) => of(renewal.subscriber, { partitions: [], publishers: [] }, (subscriber) => renew(log, subscriber, renewal)),
    pause: (name, paused) =>
      of(name, false, (subscriber) => {
        subscriber.paused = paused;
        return true;
      }),
    replay: (request) => of(request.subscriber, 0, (subscriber) => replay(log, subscriber, request)),
    discard: (name, tenant, eventId) => of(name, false, (subscriber) => discard(log, subscriber, tenant, eventId)),
    forget: (name) => done(subscribers.delete(name)),
    deadLetters: (request) => done(deadLetters(subscribers.values(), request)),
    status: () =>
      done(
        [...subscribers.values()].sort((one, other) => compareText(one.name, other.name)).map((subscriber) => statusOf(log, subscriber)),
      ),
  };
}
