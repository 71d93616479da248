import { okAsync, ResultAsync } from "denizen";
import type { Batch, Deliveries, TakenEvent } from "denizen/ports";
import { asked, taken, batches, events, delivering, remembering, HOUR, EVERYTHING } from "./delivery-fault.js";
import type { FaultsByTopic } from "./fault.js";

/** Stores that do not share out the log as they should. */
export const takingFaults: FaultsByTopic = {
  taking: {
    "one that ignores types": asked((request) => ({ ...request, types: null })),
    "one that has no limit": asked((request) => ({ ...request, limit: request.limit === 0 ? 0 : EVERYTHING })),
    "one that has a limit for each partition": asked((request) => ({ ...request, limit: request.limit * 3 })),
    "one that does not count what it passes over": asked((request) => ({
      ...request,
      limit: request.types === null ? request.limit : EVERYTHING * Math.sign(request.limit),
    })),
    "one that turns the order around": batches((batch) => ({ ...batch, events: [...batch.events].reverse() })),
    "one that numbers partitions from 1 on": batches((batch) => ({ ...batch, partition: batch.partition + 1 })),
    "one that has one partition for all": batches((batch) => ({ ...batch, partition: 0 })),
    "one that spreads a publisher's events": batches((batch) => ({ ...batch, partition: batch.events.length % 64 })),
    "one that gives every event the place of the last": batches((batch) => ({
      ...batch,
      events: batch.events.map((one) => ({ ...one, position: batch.to })),
    })),
    "one that has nothing personal": events((one) => ({ ...one, event: { ...one.event, personal: null } })),
    "one that delivers to one tenant": (store) => {
      const tenants: string[] = [];
      const ofFirst = ({ event }: TakenEvent): boolean => {
        tenants.push(event.metadata.tenant);
        return event.metadata.tenant === tenants[0];
      };
      return batches((batch) => ({ ...batch, events: batch.events.filter(ofFirst) }))(store);
    },
    "one that leaves guards out": batches((batch) => ({
      ...batch,
      events: batch.events.filter(({ event }) => event.publisher.version !== null),
    })),
    "one that has nothing after the end": taken((answer, { after }) => (after === undefined ? answer : { ...answer, batches: [] })),
    "one that goes on after the end, past what was left before it": delivering(({ take }) => ({
      take: (request) => {
        const { after } = request;
        if (after === undefined) return take(request);
        const isAfter = ({ position }: TakenEvent): boolean => position > after;
        return take(request).map((answer) => ({
          ...answer,
          batches: answer.batches.map((batch) => ({ ...batch, events: batch.events.filter(isAfter) })),
        }));
      },
    })),
    "one that has come to the end whatever it was asked": taken((answer, { after }) =>
      answer.batches.length === 0 && after !== undefined ? { ...answer, end: after } : answer,
    ),
    "one that has looked at nothing, and has come to the end": taken((answer, { limit }) =>
      limit === 0 ? { ...answer, end: "0".repeat(16) } : answer,
    ),
    "one that serves whoever asks": delivering(({ take, enlist }) => ({
      take: (request) => enlist([{ name: request.subscriber, from: "beginning" }], request.at).andThen(() => take(request)),
    })),
  },

  leases: {
    "one that ignores tokens": delivering((deliveries) => {
      const { calls, tokenOf } = remembering(deliveries);
      const settle: Deliveries["settle"] = (settled) =>
        deliveries.settle({
          ...settled,
          batches: settled.batches.map((batch) => ({ ...batch, token: tokenOf(settled.subscriber, batch.partition) })),
        });
      return { ...calls, settle };
    }),
    "one that hands out a partition twice": delivering(({ take, settle }) => {
      const held = new Map<string, readonly Batch[]>();
      return {
        take: (request) =>
          take(request).map((answer) => {
            const before = held.get(request.subscriber) ?? [];
            held.set(request.subscriber, [...before, ...answer.batches]);
            return { ...answer, batches: [...answer.batches, ...before] };
          }),
        settle: (settled) => {
          held.delete(settled.subscriber);
          return settle(settled);
        },
      };
    }),
    "one whose leases never end": asked((request) => ({ ...request, duration: HOUR })),
    "one whose leases end at once": asked((request) => ({ ...request, duration: 0 })),
    "one that renews nothing": delivering(() => ({ renew: ({ partitions, publishers }) => okAsync({ partitions, publishers }) })),
    "one that tells leases apart by partition alone": delivering(({ renew }) => ({
      renew: (renewal) =>
        renew(renewal).map(({ partitions, publishers }) => ({
          partitions: renewal.partitions.filter((one) => partitions.some(({ partition }) => partition === one.partition)),
          publishers,
        })),
    })),
    "one that has lost all or nothing": delivering(({ renew }) => ({
      renew: (renewal) => renew(renewal).map((kept) => (kept.partitions.length > 0 ? renewal : kept)),
    })),
    "one that renews whatever is asked": delivering((deliveries) => {
      const { calls, tokenOf } = remembering(deliveries);
      return {
        ...calls,
        renew: (renewal) =>
          deliveries.renew({
            ...renewal,
            partitions: renewal.partitions.map(({ partition }) => ({ partition, token: tokenOf(renewal.subscriber, partition) })),
          }),
      };
    }),
    "one that says that everything is lost": delivering(() => ({ renew: () => okAsync({ partitions: [], publishers: [] }) })),
    "one that never tells when a lease ends": taken((answer) => ({ ...answer, wait: null })),
    "one that does not know its worker again": asked((request) => ({ ...request, worker: `${request.worker} ${Math.random()}` })),
    "one that lets nobody be late": delivering(({ take, settle }) => {
      const ends = new Map<string, number>();
      return {
        take: (request) =>
          take(request).map((answer) => {
            for (const { token } of answer.batches) ends.set(token, Date.parse(request.at) + request.duration);
            return answer;
          }),
        settle: (settled) =>
          settle({ ...settled, batches: settled.batches.filter(({ token }) => Date.parse(settled.at) < (ends.get(token) ?? 0)) }),
      };
    }),
    "one that gives a partition to one subscriber alone": delivering(({ take }) => {
      const owners = new Map<number, string>();
      const isFree = ({ partition }: Batch, subscriber: string): boolean => {
        const owner = owners.get(partition) ?? subscriber;
        owners.set(partition, owner);
        return owner === subscriber;
      };
      return {
        take: (request) =>
          take(request).map((answer) => ({ ...answer, batches: answer.batches.filter((batch) => isFree(batch, request.subscriber)) })),
      };
    }),
  },

  workers: {
    "one that gives the same to all who ask at once": delivering(({ take }) => {
      const asking = new Map<string, ReturnType<Deliveries["take"]>>();
      return {
        take: (request) => {
          if (request.limit === 0) return take(request);
          const running = asking.get(request.subscriber) ?? take(request);
          asking.set(request.subscriber, running);
          return new ResultAsync(Promise.resolve(running).finally(() => asking.delete(request.subscriber)));
        },
      };
    }),
    "one that gives the same publishers to all who ask at once": delivering(({ retake }) => {
      const asking = new Map<string, ReturnType<Deliveries["retake"]>>();
      return {
        retake: (request) => {
          const running = asking.get(request.subscriber) ?? retake(request);
          asking.set(request.subscriber, running);
          return new ResultAsync(Promise.resolve(running).finally(() => asking.delete(request.subscriber)));
        },
      };
    }),
    "one that counts for everybody that it has settled": (store) => {
      const more = new Map<string, number>();
      const settle: Deliveries["settle"] = (settled) => {
        const count = settled.batches.reduce((sum, { delivered }) => sum + delivered, 0);
        more.set(settled.subscriber, (more.get(settled.subscriber) ?? 0) + count);
        return store.deliveries.settle(settled);
      };
      const status: Deliveries["status"] = (at) =>
        store.deliveries.status(at).map((all) => all.map((one) => ({ ...one, delivered: more.get(one.subscriber) ?? 0 })));
      return { deliveries: { ...store.deliveries, settle, status } };
    },
    "one that skips what another holds": delivering(({ take, settle }) => ({
      take: (request) =>
        take(request).andThen((answer) =>
          answer.batches.length < 2
            ? okAsync(answer)
            : settle({ ...request, batches: answer.batches.slice(1).map((batch) => ({ ...batch, delivered: 0 })), waiting: [] }).map(
                () => ({ ...answer, batches: answer.batches.slice(0, 1) }),
              ),
        ),
    })),
  },
};
