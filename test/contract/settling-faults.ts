import { okAsync, ResultAsync } from "denizen";
import type { Deliveries, Retaken } from "denizen/ports";
import { taken, events, settling, retaking, resettling, delivering, remembering, HOUR, EVERYTHING } from "./delivery-fault.js";
import type { FaultsByTopic } from "./fault.js";

/** Stores that do not keep what became of deliveries. */
export const settlingFaults: FaultsByTopic = {
  settling: {
    "one that settles nothing": delivering(() => ({ settle: () => okAsync(undefined) })),
    "one that parks nothing": settling((settled) => ({ ...settled, waiting: [] })),
    "one that forgets to park what is behind": settling((settled) => ({
      ...settled,
      waiting: settled.waiting.filter(({ attempts }) => attempts > 0),
    })),
    "one that lets nothing wait behind": events((one) => ({ ...one, behind: false })),
    "one that holds back the whole partition": delivering(({ take, status }) => ({
      take: (request) =>
        ResultAsync.combine([take(request), status(request.at)] as const).map(([answer, all]) => {
          const waits = all.some(({ subscriber, waiting }) => subscriber === request.subscriber && waiting > 0);
          const spoilt = answer.batches.map((batch) => ({ ...batch, events: batch.events.map((one) => ({ ...one, behind: waits })) }));
          return { ...answer, batches: spoilt };
        }),
    })),
    "one that does not tell publishers of different tenants apart": delivering(({ take, settle }) => {
      const waiting = new Set<string>();
      return {
        take: (request) =>
          take(request).map((answer) => ({
            ...answer,
            batches: answer.batches.map((batch) => ({
              ...batch,
              events: batch.events.map((one) => ({ ...one, behind: waiting.has(one.event.publisher.id) })),
            })),
          })),
        settle: (settled) => {
          for (const { publisher } of settled.waiting) waiting.add(publisher.id);
          return settle(settled);
        },
      };
    }),
    "one that always settles the whole batch": delivering(({ take, settle }) => {
      const ends = new Map<string, string>();
      return {
        take: (request) =>
          take(request).map((answer) => {
            for (const { token, to } of answer.batches) ends.set(token, to);
            return answer;
          }),
        settle: (settled) =>
          settle({ ...settled, batches: settled.batches.map((batch) => ({ ...batch, to: ends.get(batch.token) ?? batch.to })) }),
      };
    }),
    "one that settles the first batch alone": settling((settled) => ({ ...settled, batches: settled.batches.slice(0, 1) })),
    "one that counts nothing": settling((settled) => ({
      ...settled,
      batches: settled.batches.map((batch) => ({ ...batch, delivered: 0 })),
    })),
    "one that counts what is settled a second time": (store) => {
      let more = 0;
      const settle: Deliveries["settle"] = (settled) => {
        more += settled.batches.reduce((sum, { delivered }) => sum + delivered, 0);
        return store.deliveries.settle(settled);
      };
      const status: Deliveries["status"] = (at) =>
        store.deliveries.status(at).map((all) => all.map((one) => ({ ...one, delivered: more })));
      return { deliveries: { ...store.deliveries, settle, status } };
    },
    "one that lets nothing rest": settling((settled) => ({
      ...settled,
      waiting: settled.waiting.map((one) => ({ ...one, delay: one.delay === null ? null : 0 })),
    })),
  },

  "waiting events": {
    "one that is never due": taken((answer) => ({ ...answer, due: false })),
    "one that retakes nothing": retaking(() => []),
    "one that retakes the first alone": retaking((all) => all.map((one) => ({ ...one, events: one.events.slice(0, 1) }))),
    "one that retakes in another order": retaking((all) => all.map((one) => ({ ...one, events: [...one.events].reverse() }))),
    "one that forgets how often it was tried": retaking((all) =>
      all.map((one) => ({ ...one, events: one.events.map((retried) => ({ ...retried, attempts: 0 })) })),
    ),
    "one that retakes without a limit": delivering(({ retake }) => ({ retake: (request) => retake({ ...request, limit: EVERYTHING }) })),
    "one that hands out a publisher twice": delivering(({ retake, resettle }) => {
      const held = new Map<string, readonly Retaken[]>();
      return {
        retake: (request) =>
          retake(request).map((answer) => {
            const before = held.get(request.subscriber) ?? [];
            held.set(request.subscriber, [...before, ...answer]);
            return [...answer, ...before];
          }),
        resettle: (resettled) => {
          held.delete(resettled.subscriber);
          return resettle(resettled);
        },
      };
    }),
    "one that lets anybody resettle": delivering((deliveries) => {
      const { calls, tokenOf } = remembering(deliveries);
      return {
        ...calls,
        resettle: (resettled) => deliveries.resettle({ ...resettled, token: tokenOf(resettled.subscriber, resettled.publisher) }),
      };
    }),
    "one that keeps what was delivered": resettling((one) => ({ ...one, done: null })),
    "one that drops what is behind": resettling((one) => ({ ...one, done: "9999999999999999", failed: null })),
    "one that forgets failures": resettling((one) => ({ ...one, failed: null })),
    "one that counts no tries": resettling((one) => ({ ...one, failed: one.failed && { ...one.failed, attempts: 1 } })),
    "one that tries again at once": resettling((one) => ({
      ...one,
      failed: one.failed?.delay == null ? one.failed : { ...one.failed, delay: 0 },
    })),
    "one that does not count what was delivered at last": resettling((one) => ({ ...one, delivered: 0 })),
    "one whose leases on publishers never end": delivering(({ retake }) => ({
      retake: (request) => retake({ ...request, duration: HOUR }),
    })),
    "one whose leases on publishers end at once": delivering(({ retake }) => ({
      retake: (request) => retake({ ...request, duration: 0 }),
    })),
    "one that renews no publishers": delivering(({ renew }) => ({ renew: (renewal) => renew({ ...renewal, publishers: [] }) })),
    "one that never tells when something is due": taken((answer) => ({ ...answer, wait: null })),
  },
};
