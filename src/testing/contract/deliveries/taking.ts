import type { Position } from "denizen/ports";
import { check, equal, fail, okOf } from "../../assertions.js";
import type { Group } from "../case.js";
import { count, known, settle } from "../guesses.js";
import { read } from "../log.js";
import { eventually, pause } from "../world.js";
import { apart } from "./partitions.js";
import { manyPlanets, Planet } from "./planet.js";
import { idsOf, subscribed } from "./subscriber.js";
import type { Subscriber } from "./subscriber.js";

export const taking: Group = {
  "a subscriber is given what is published, as it was written and where it stands in the log": subscribed(async (world, subscriber) => {
    const personal = { discoverer: "Galileo 🪐" };
    const events = await new Planet(world).publish(2, { subject: "someone", personal });
    const taken = subscriber.own(await subscriber.take());
    equal(
      taken.map(({ event }) => event),
      events,
    );
    equal(
      taken.map(({ position, behind }) => ({ position, behind })),
      (await read(world)).map(({ position }) => ({ position, behind: false })),
    );
    const first = taken[0]?.position ?? "";
    equal(idsOf(await read(world, { after: first })), idsOf(events.slice(1)), "what the log has after it");
  }),

  "a publisher's events come in order, whatever the limit": subscribed(async (world, subscriber) => {
    const planet = new Planet(world);
    for (const limit of [1, 2, 3, 1000]) {
      const events = [...(await planet.publish(3)), ...(await planet.publish(1)), ...(await planet.publish(4))];
      equal(idsOf(await subscriber.deliver({ limit })), idsOf(events), `takes of ${limit}`);
    }
  }),

  "all events of a publisher are in one partition, and publishers are spread over many": subscribed(async (world, subscriber) => {
    const planets = await manyPlanets(world);
    for (const planet of planets.slice(0, 20)) await planet.publish(2);
    const partitions = new Map<string, Set<number>>();
    for (const { partition, events } of (await subscriber.take()).batches) {
      check(Number.isInteger(partition) && partition >= 0 && partition < 64, "there are 64 partitions, from 0 on");
      for (const { event } of events) partitions.set(event.publisher.id, (partitions.get(event.publisher.id) ?? new Set()).add(partition));
    }
    for (const { id } of planets) equal(partitions.get(id)?.size, 1, "the number of partitions of a publisher");
    check(new Set(planets.flatMap(({ id }) => [...(partitions.get(id) ?? [])])).size > 20, "65 publishers are in more than 20 partitions");
  }),

  "types that it does not hear are passed over for good": subscribed(async (world, subscriber) => {
    const planet = new Planet(world);
    const [seen, , lost] = await planet.publishEach([{ type: "planet-seen" }, { type: "planet-changed" }, { type: "planet-lost" }]);
    equal(idsOf(await subscriber.deliver({ types: ["planet-seen", "planet-lost"] })), [seen?.id, lost?.id]);
    equal(idsOf(await subscriber.deliver()), [], "what is left for one that hears everything");
  }),

  "what is passed over is no event of a batch, and counts for the limit and for how far it goes": subscribed(async (world, subscriber) => {
    await new Planet(world).publish(5);
    const { batches } = await subscriber.take({ types: ["planet-lost"], limit: 3 });
    equal(subscriber.own({ batches }), []);
    const places = (await read(world)).map(({ position }) => position);
    const passed = Math.max(0, ...batches.map(({ to }) => places.indexOf(to) + 1));
    check(passed <= 3, "no more is passed over than the limit");
    await subscriber.settle(batches);
    equal((await subscriber.deliver()).length, 5 - passed, "what is left");
  }),

  "a take has as many events as its limit at most, in all partitions together": subscribed(async (world, subscriber) => {
    await manyPlanets(world);
    for (const limit of [1, 7, 20]) {
      const { batches } = await subscriber.take({ limit });
      const events = batches.flatMap((batch) => batch.events);
      check(events.length > 0 && events.length <= limit, `a take of ${limit} has ${events.length} events`);
    }
  }),

  "those partitions come first that are furthest behind": subscribed(async (world, subscriber) => {
    const planets = (await apart(world, subscriber)).slice(0, 8);
    for (const planet of planets) {
      await planet.publish();
      await subscriber.deliver();
    }
    for (const planet of planets) await planet.publish();
    const seen: string[] = [];
    for (let round = 0; round < 1000 && seen.length < planets.length; round++) {
      const { batches } = await subscriber.take({ limit: 1 });
      check(batches.length > 0, "there is more to be taken");
      seen.push(...subscriber.own({ batches }).map(({ event }) => event.publisher.id));
    }
    equal(
      seen,
      planets.map(({ id }) => id),
    );
  }),

  "after the end of a take that found nothing there is what has come since, until somebody has it": subscribed(
    async (world, subscriber) => {
      const end = await endOf(subscriber);
      // Such a store always looks at everything.
      if (end === undefined) return;
      const events = await new Planet(world).publish(2);
      const taken = await subscriber.take({ after: end });
      equal(idsOf(subscriber.own(taken)), idsOf(events));
      const other = await subscriber.take({ worker: "other", after: end });
      equal(subscriber.own(other), [], "while one has it");
      await subscriber.settle(taken.batches);
      const since = await new Planet(world).publish();
      equal(idsOf(subscriber.own(await subscriber.take({ after: end }))), idsOf(since), "beside what was handled");
    },
  ),

  "after the end there is no other end while nothing has come, or more than is asked for, or nothing may be given": subscribed(
    async (world, subscriber) => {
      const end = await endOf(subscriber);
      if (end === undefined) return;
      await new Planet(world).publish(3);
      equal((await subscriber.take({ limit: 0 })).end, undefined, "where nothing was looked at");
      await subscriber.pause(true);
      const paused = await subscriber.take({ after: end });
      equal([paused.batches, paused.end], [[], undefined], "while it is paused");
      await subscriber.pause(false);
      const taken = await subscriber.take({ after: end });
      equal([subscriber.own(taken).length, taken.end], [3, undefined], "with what was taken");
      const few = await subscriber.take({ worker: "other", after: end, limit: 2 });
      equal([subscriber.own(few), few.end], [[], undefined], "where there is more");
      const all = await subscriber.take({ worker: "other", after: end });
      check(all.end !== undefined && all.end !== end, "all that has come is somebody's");
      await subscriber.settle(taken.batches);
      const next = await endOf(subscriber);
      const none = await subscriber.take({ after: next ?? fail("it has told an end before") });
      equal([subscriber.own(none), none.end], [[], undefined], "where nothing has come");
    },
  ),

  "after the end what was left before it is not looked for, and comes in order when it is": subscribed(async (world, subscriber) => {
    await subscriber.deliver();
    const planet = new Planet(world);
    const events = await planet.publish(2);
    const first = await subscriber.take({ worker: "other", limit: 1 });
    const end = await endOf(subscriber);
    if (end === undefined) return;
    await subscriber.settle(first.batches, { worker: "other" });
    equal((await subscriber.take({ after: end })).batches, []);
    const since = await planet.publish();
    const taken = await subscriber.take({ after: end });
    equal(idsOf([...subscriber.own(first), ...subscriber.own(taken)]), idsOf([...events, ...since]));
  }),

  "what guards tell is delivered too": subscribed(async (world, subscriber) => {
    const { id, target } = await known(world);
    const counted = await count(world, target);
    await subscriber.deliver();
    await settle(world, counted, false);
    const [event] = await subscriber.deliver();
    equal([event?.type, event?.publisher], ["proof-failed", { kind: "attempts", id: `planet:${id}`, version: null }]);
  }),

  "it is given the events of all tenants": subscribed(async (world, subscriber) => {
    const other = world.elsewhere();
    const events = [...(await new Planet(world).publish()), ...(await new Planet(other).publish())];
    const given = (await subscriber.take()).batches.flatMap((batch) => batch.events).map(({ event }) => event.id);
    equal(
      idsOf(events).filter((id) => !given.includes(id)),
      [],
    );
  }),

  "several flushes of a transaction are delivered in order, and a rolled back one is not": subscribed(async (world, subscriber) => {
    const [planet, forgotten] = [new Planet(world), new Planet(world)];
    const parts = [planet.part([{}, {}]), planet.part([{}])];
    const transaction = await world.begin();
    for (const part of parts) okOf(await transaction.flush(world.set([part])));
    okOf(await transaction.commit(world.record()));
    const other = await world.begin();
    okOf(await other.flush(world.set([forgotten.part([{}])])));
    await other.rollback();
    equal(idsOf(await subscriber.deliver()), idsOf(parts.flatMap(({ events }) => events)));
  }),

  "a commit that ends after others which began later is not skipped": subscribed(async (world, subscriber) => {
    const [late, early] = [new Planet(world), new Planet(world)];
    const part = late.part([{}, {}]);
    const transaction = await world.begin();
    okOf(await transaction.flush(world.set([part])));
    // A store with a single connection answers when the transaction has ended.
    const publishing = early.publish(2);
    await pause(publishing);
    const taking = world.store.deliveries.take({ ...LATER, subscriber: subscriber.name, at: world.now() });
    await pause(taking);
    okOf(await transaction.commit(world.record()));
    const events = [...part.events, ...(await publishing)];
    const { batches } = okOf(await taking);
    const first = subscriber.own({ batches });
    await subscriber.settle(batches);
    equal([...idsOf(first), ...idsOf(await subscriber.deliver())].sort(), [...idsOf(events)].sort());
  }),

  "one that nobody has enlisted is given nothing, and nothing is written of it": async (world) => {
    const { deliveries } = world.store;
    await new Planet(world).publish();
    const to = (await read(world))[0]?.position ?? "";
    const lease = { subscriber: `nobody ${world.id()}`, worker: "worker", duration: 1000, at: world.now() };
    const { batches, due, wait } = okOf(await deliveries.take({ ...lease, types: null, limit: 10 }));
    equal({ batches, due, wait }, { batches: [], due: false, wait: null });
    equal(okOf(await deliveries.retake({ ...lease, limit: 10 })), []);
    okOf(await deliveries.settle({ ...lease, batches: [{ partition: 1, token: "1", to, delivered: 1 }], waiting: [] }));
    equal(okOf(await deliveries.renew({ ...lease, partitions: [{ partition: 1, token: "1" }], publishers: [] })).partitions, []);
    equal(
      okOf(await deliveries.status(world.now())).filter(({ subscriber }) => subscriber === lease.subscriber),
      [],
    );
  },
};

/** Of a take that finds nothing, once everything is delivered; undefined where it is not told. */
const endOf = (subscriber: Subscriber): Promise<Position | undefined> =>
  eventually("a take that finds nothing", async () => {
    await subscriber.deliver();
    const { batches, end } = await subscriber.take();
    await subscriber.settle(batches);
    return batches.length === 0 ? { end } : undefined;
  }).then(({ end }) => end);

const LATER = { worker: "worker", duration: 3_600_000, types: null, limit: 100_000 };
