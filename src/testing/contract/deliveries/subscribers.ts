import { check, equal, okOf } from "../../assertions.js";
import type { Group } from "../case.js";
import { eventually, later, race } from "../world.js";
import { Planet } from "./planet.js";
import { far } from "./replays.js";
import { HOUR, idsOf, subscribed, Subscriber, withSubscriber } from "./subscriber.js";

export const subscribers: Group = {
  "one from now on is given nothing that was before it": async (world) => {
    const planet = new Planet(world);
    await planet.publish(2);
    await withSubscriber(world, async (subscriber) => {
      const since = await planet.publish(2);
      equal(idsOf(await subscriber.deliver()), idsOf(since));
    });
  },

  "one from the beginning is given everything that ever was": async (world) => {
    const events = await new Planet(world).publish(3);
    await withSubscriber(world, async (subscriber) => equal(idsOf(await subscriber.deliver()), idsOf(events)), "beginning");
  },

  "one from a time is given everything from the first event on that occurred at or after it": async (world) => {
    const time = far(world);
    const events = await new Planet(world).publishEach([{}, { occurredAt: time }, { occurredAt: later(1) }]);
    await withSubscriber(world, async (subscriber) => equal(idsOf(await subscriber.deliver()), idsOf(events.slice(1))), { time });
  },

  "one from a time at which nothing has occurred is given what is published from now on": async (world) => {
    const planet = new Planet(world);
    await planet.publish();
    const run = async (subscriber: Subscriber): Promise<void> => {
      const since = await planet.publish();
      equal(idsOf(await subscriber.deliver()), idsOf(since));
    };
    await withSubscriber(world, run, { time: "9999-12-31T23:59:59.999Z" });
  },

  "one that is known keeps its place, and what waits for it, when it is enlisted again": subscribed(async (world, subscriber) => {
    const events = await new Planet(world).publish(2);
    await subscriber.deliver({ failing: events.slice(1), delay: null });
    const since = await new Planet(world).publish();
    for (const from of ["now", "beginning", { time: later(-1) }] as const) await subscriber.enlist(from);
    equal([(await subscriber.deadLetters()).length, idsOf(await subscriber.deliver())], [1, idsOf(since)]);
  }),

  "several are enlisted at once, each from its own place; and none, if there are none": async (world) => {
    const [early, late] = [new Subscriber(world), new Subscriber(world)];
    const planet = new Planet(world);
    const before = await planet.publish();
    await late.visible();
    try {
      const both = [
        { name: early.name, from: "beginning" },
        { name: late.name, from: "now" },
      ] as const;
      okOf(await world.store.deliveries.enlist(both, world.now()));
      okOf(await world.store.deliveries.enlist([], world.now()));
      const after = await planet.publish();
      equal([idsOf(await early.deliver()), idsOf(await late.deliver())], [[...idsOf(before), ...idsOf(after)], idsOf(after)]);
    } finally {
      await early.forget();
      await late.forget();
    }
  },

  "eight who enlist it at once make one of it": async (world) => {
    const subscriber = new Subscriber(world);
    try {
      await race(8, () => subscriber.enlist());
      const events = await new Planet(world).publish(2);
      equal(idsOf(await subscriber.deliver()), idsOf(events));
      const all = okOf(await world.store.deliveries.status(world.now()));
      equal(all.filter((one) => one.subscriber === subscriber.name).length, 1, "how often it is known");
    } finally {
      await subscriber.forget();
    }
  },

  "one that is paused is given nothing, neither new nor due, until it goes on": subscribed(async (world, subscriber) => {
    const failing = await new Planet(world).publish();
    await subscriber.deliver({ failing, delay: 0 });
    const [events, taken] = [await new Planet(world).publish(2), await subscriber.take()];
    check(await subscriber.pause(true), "it is paused");
    await new Planet(world).publish();
    const { batches, due } = await subscriber.take();
    equal({ batches, due, retaken: await subscriber.retake() }, { batches: [], due: false, retaken: [] });
    equal((await subscriber.status()).paused, true);
    const { delivered } = await subscriber.status();
    await subscriber.settle(taken.batches);
    equal((await subscriber.status()).delivered - delivered >= events.length, true, "what was in hand");
    check(await subscriber.pause(false), "it goes on");
    equal([(await subscriber.status()).paused, (await subscriber.deliver()).length], [false, 1]);
    equal(idsOf(await subscriber.retry()), idsOf(failing));
  }),

  "pausing is one subscriber's, and false where there is no such": subscribed(async (world, subscriber) => {
    await withSubscriber(world, async (second) => {
      await subscriber.pause(true);
      const events = await new Planet(world).publish();
      equal([idsOf(await second.deliver()), (await second.status()).paused], [idsOf(events), false]);
    });
    equal(await new Subscriber(world).pause(true), false);
  }),

  "one that is forgotten is unknown, and begins anew when it is enlisted again": subscribed(async (world, subscriber) => {
    const planet = new Planet(world);
    const failing = await planet.publish(2);
    await subscriber.deliver({ failing: failing.slice(1), delay: null });
    const { batches } = await subscriber.take();
    equal([await subscriber.forget(), await subscriber.forget(), await subscriber.found()], [true, false, undefined]);
    await subscriber.settle(batches);
    equal(await subscriber.deadLetters(), []);
    await subscriber.enlist();
    const { lag: _, oldest: _oldest, ...status } = await subscriber.status();
    equal(status, { subscriber: subscriber.name, paused: false, waiting: 0, deadLetters: 0, delivered: 0 });
    const since = await planet.publish();
    equal(idsOf(await subscriber.deliver()), idsOf(since), "which nothing holds back");
  }),

  "a worker of one that was forgotten settles nothing of the one that has its name now": subscribed(async (world, subscriber) => {
    const planet = new Planet(world);
    const events = await planet.publish();
    const { batches } = await subscriber.take();
    await subscriber.forget();
    await subscriber.enlist();
    const since = await planet.publish(2);
    const taken = await subscriber.take();
    await subscriber.settle(batches, { failing: events });
    const status = await subscriber.status();
    equal([idsOf(subscriber.own(taken)), status.waiting, status.delivered], [idsOf(since), 0, 0]);
    await subscriber.settle(taken.batches);
    equal((await subscriber.status()).delivered >= since.length, true);
  }),

  "its state tells what is beyond it, since when, what waits, and what it has handled": subscribed(async (world, subscriber) => {
    const early = "2025-06-01T00:00:00.000Z";
    const failing = await new Planet(world).publish(3, { occurredAt: early });
    await new Planet(world).publish(4);
    const before = await subscriber.status();
    check(before.lag >= 7 && before.oldest !== null && before.oldest <= early, "everything is beyond it");
    await subscriber.deliver({ failing: failing.slice(0, 1), delay: HOUR });
    const waits = await subscriber.status();
    equal([waits.waiting, waits.deadLetters, waits.delivered >= 4, waits.paused], [3, 0, true, false]);
    check(waits.oldest !== null && waits.oldest <= early, "the oldest is one that waits");
    await eventually("the end of what is beyond it", async () => {
      await subscriber.deliver();
      return (await subscriber.status()).lag === 0 ? true : undefined;
    });
  }),

  "what was given up is not the oldest that is to be handled, and what waits behind it is": subscribed(async (world, subscriber) => {
    const alone = await new Planet(world).publish(1, { occurredAt: "2025-06-01T00:00:00.000Z" });
    await subscriber.deliver({ failing: alone, delay: null });
    const oldest = async () =>
      eventually("the end of what is beyond it", async () => {
        await subscriber.deliver();
        const status = await subscriber.status();
        return status.lag === 0 ? status : undefined;
      });
    const [one] = [await oldest()];
    equal([one.oldest, one.waiting, one.deadLetters], [null, 0, 1]);
    const behind = "2025-07-01T00:00:00.000Z";
    const events = await new Planet(world).publishEach([{ occurredAt: "2025-06-01T00:00:00.000Z" }, { occurredAt: behind }]);
    await subscriber.deliver({ failing: events.slice(0, 1), delay: null });
    const other = await oldest();
    equal([other.oldest, other.waiting, other.deadLetters], [behind, 1, 2]);
  }),
};
