import { check, equal, okOf } from "../../assertions.js";
import type { Group } from "../case.js";
import { later } from "../world.js";
import type { World } from "../world.js";
import { publisherOf } from "./handled.js";
import { Planet } from "./planet.js";
import { HOUR, idsOf, subscribed, withSubscriber } from "./subscriber.js";

/** A type that no other case knows: what is replayed from the beginning is everybody's. */
const ownType = (world: World): string => `planet-seen-${world.id()}`;

export const replays: Group = {
  "from the beginning everything comes again, in order and with what was before the subscriber": subscribed(async (world, subscriber) => {
    const type = ownType(world);
    const planet = new Planet(world);
    const types = [type];
    const events = [...(await planet.publish(2, { type }))];
    await withSubscriber(world, async (late) => {
      events.push(...(await planet.publish(2, { type })));
      await planet.publish(1);
      equal(idsOf(await late.deliver({ types })), idsOf(events.slice(2)));
      equal(await late.replay({ kind: "from", from: "beginning" }, types), 4);
      equal(idsOf(await late.deliver({ types })), idsOf(events));
    });
    equal(idsOf(await subscriber.deliver({ types })), idsOf(events), "what another subscriber is given");
  }),

  "from a time everything comes again from the first event on that occurred at or after it": subscribed(async (world, subscriber) => {
    const type = ownType(world);
    const time = far(world);
    const events = await new Planet(world).publishEach([{ type }, { type, occurredAt: time }, { type, occurredAt: later(1) }]);
    equal((await subscriber.deliver()).length, 3);
    equal(await subscriber.replay({ kind: "from", from: { time } }, [type]), 2);
    equal(idsOf(await subscriber.deliver({ types: [type] })), idsOf(events.slice(1)));
    equal(await subscriber.replay({ kind: "from", from: { time: "9999-12-31T23:59:59.999Z" } }, [type]), 0, "from after everything");
    equal(await subscriber.deliver({ types: [type] }), []);
  }),

  "what is still to come for the first time is not counted, and nothing is skipped": subscribed(async (world, subscriber) => {
    const type = ownType(world);
    const planet = new Planet(world);
    const events = [...(await planet.publish(2, { type }))];
    await subscriber.deliver();
    events.push(...(await planet.publish(3, { type })));
    equal(await subscriber.replay({ kind: "from", from: { time: "9999-12-31T23:59:59.999Z" } }, [type]), 0);
    equal(await subscriber.replay({ kind: "publisher", publisher: { tenant: world.tenant, kind: "planet", id: planet.id } }, [type]), 2);
    equal(idsOf(await subscriber.retry()), idsOf(events.slice(0, 2)));
    equal(idsOf(await subscriber.deliver({ types: [type] })), idsOf(events.slice(2)));
    const more = await planet.publish(1, { type });
    equal(await subscriber.replay({ kind: "from", from: "beginning" }, [type]), 5);
    equal(idsOf(await subscriber.deliver({ types: [type] })), [...idsOf(events), ...idsOf(more)]);
  }),

  "who goes back forgets what waits from there on, since it comes again": subscribed(async (world, subscriber) => {
    const type = ownType(world);
    const [sick, dead] = [await new Planet(world).publish(3, { type }), await new Planet(world).publish(2, { type })];
    await subscriber.deliver({ failing: sick.slice(0, 1), delay: HOUR });
    await subscriber.replay({ kind: "from", from: "beginning" }, [type]);
    await subscriber.deliver({ failing: dead.slice(0, 1), delay: null, types: [type] });
    equal([(await subscriber.status()).waiting, (await subscriber.status()).deadLetters], [1, 1]);
    await subscriber.replay({ kind: "from", from: "beginning" }, [type]);
    equal([(await subscriber.status()).waiting, (await subscriber.status()).deadLetters], [0, 0]);
    equal(idsOf(await subscriber.deliver({ types: [type] })).length, 5);
    equal(await subscriber.retake(), []);
  }),

  "who goes back takes what is in hand from the workers": subscribed(async (world, subscriber) => {
    const type = ownType(world);
    const planet = new Planet(world);
    const events = [...(await planet.publish(2, { type }))];
    await subscriber.deliver({ types: [type] });
    events.push(...(await planet.publish(1, { type })));
    const { batches } = await subscriber.take({ worker: "slow", types: [type] });
    await subscriber.replay({ kind: "from", from: "beginning" }, [type]);
    await subscriber.settle(batches, { worker: "slow" });
    equal(idsOf(await subscriber.deliver({ types: [type] })), idsOf(events));
  }),

  "who tries what failed before that time has lost it, with what waited behind it and comes again": subscribed(
    async (world, subscriber) => {
      const type = ownType(world);
      const time = far(world);
      const events = await new Planet(world).publishEach([{ type }, { type, occurredAt: time }, { type, occurredAt: time }]);
      await subscriber.deliver({ failing: events.slice(0, 1), delay: 0 });
      const retaken = await subscriber.retakenSoon({ worker: "slow" });
      equal(idsOf(retaken.flatMap((one) => one.events)), idsOf(events));
      equal(await subscriber.replay({ kind: "from", from: { time } }, [type]), 2);
      equal(await subscriber.deliver({ types: [type] }), [], "what comes behind");
      await subscriber.resettle(retaken, { worker: "slow" });
      equal(idsOf(await subscriber.retry({ worker: "other" })), idsOf(events));
    },
  ),

  "all of a publisher's events come again, in order, and no other's": subscribed(async (world, subscriber) => {
    const [planet, other] = [new Planet(world), new Planet(world)];
    const events = [...(await planet.publish(2)), ...(await planet.publish(3))];
    await other.publish(2);
    const publisher = { tenant: world.tenant, kind: "planet", id: planet.id };
    equal(await subscriber.replay({ kind: "publisher", publisher }), 0, "before anything was delivered");
    await subscriber.deliver();
    equal(await subscriber.replay({ kind: "publisher", publisher }), 5);
    equal((await subscriber.outlook()).due, true);
    equal(idsOf(await subscriber.retry()), idsOf(events));
    equal([await subscriber.deliver(), (await subscriber.status()).waiting], [[], 0]);
    equal(await subscriber.replay({ kind: "publisher", publisher: { ...publisher, id: world.id() } }), 0, "one who publishes nothing");
  }),

  "what is in hand of a publisher whose events come again is taken from the workers, and comes behind them": subscribed(
    async (world, subscriber) => {
      const planet = new Planet(world);
      const events = [...(await planet.publish(2))];
      await subscriber.deliver();
      events.push(...(await planet.publish(1)));
      const { batches } = await subscriber.take({ worker: "slow" });
      await subscriber.replay({ kind: "publisher", publisher: { tenant: world.tenant, kind: "planet", id: planet.id } });
      const inHand = batches.filter((batch) => subscriber.own({ batches: [batch] }).length > 0);
      await subscriber.settle(inHand, { worker: "slow" });
      equal(await subscriber.deliver(), [], "what comes behind");
      equal(idsOf(await subscriber.retry()), idsOf(events));
    },
  ),

  "of a publisher's events those come again that the subscriber hears": subscribed(async (world, subscriber) => {
    const planet = new Planet(world);
    const events = await planet.publishEach([{}, { type: "planet-lost" }, {}, { type: "planet-lost" }]);
    await subscriber.deliver();
    const publisher = { tenant: world.tenant, kind: "planet", id: planet.id };
    equal(await subscriber.replay({ kind: "publisher", publisher }, ["planet-lost"]), 2);
    equal(idsOf(await subscriber.retry()), [events[1]?.id, events[3]?.id]);
  }),

  "a publisher of the same id in another tenant, or of another kind, is another": subscribed(async (world, subscriber) => {
    const other = world.elsewhere();
    const id = world.id();
    const ours = await new Planet(world, id).publish();
    await new Planet(other, id).publish();
    await world.given(world.created(id, { kind: "moon" }));
    await subscriber.deliver();
    equal(await subscriber.replay({ kind: "publisher", publisher: { tenant: world.tenant, kind: "planet", id } }), 1);
    equal(idsOf(await subscriber.retry()), idsOf(ours));
  }),

  "one event comes again, and what its publisher publishes meanwhile waits behind it": subscribed(async (world, subscriber) => {
    const planet = new Planet(world);
    const [, second] = await planet.publish(3);
    check(second !== undefined, "three events were published");
    await subscriber.deliver();
    const selection = { kind: "event", tenant: world.tenant, id: second.id } as const;
    equal(await subscriber.replay(selection), 1);
    const since = await planet.publish();
    equal(await subscriber.deliver(), [], "while it waits");
    equal(idsOf(await subscriber.retry()), [second.id, since[0]?.id]);
  }),

  "an event that is unknown, not heard, another tenant's or still to come is not replayed": subscribed(async (world, subscriber) => {
    const [event] = await new Planet(world).publish();
    await subscriber.deliver();
    const [toCome] = await new Planet(world).publish();
    const selection = { kind: "event", tenant: world.tenant, id: event?.id ?? "" } as const;
    equal(await subscriber.replay({ ...selection, id: world.id() }), 0, "unknown");
    equal(await subscriber.replay(selection, ["planet-lost"]), 0, "not heard");
    equal(await subscriber.replay({ ...selection, tenant: world.elsewhere().tenant }), 0, "another tenant's");
    equal(await subscriber.replay({ ...selection, id: toCome?.id ?? "" }), 0, "still to come");
    equal([await subscriber.retake(), idsOf(await subscriber.deliver())], [[], [toCome?.id]]);
  }),

  "dead letters are tried again from the first try on, with what they hold back": subscribed(async (world, subscriber) => {
    const [one, other] = [await new Planet(world).publish(2), await new Planet(world).publish(1)];
    const waiting = await new Planet(world).publish(1);
    await subscriber.deliver({ failing: [...one.slice(0, 1), ...other], delay: null });
    await subscriber.deliver({ failing: waiting });
    equal(await subscriber.replay({ kind: "dead-letters" }), 2);
    equal([await subscriber.deadLetters(), (await subscriber.outlook()).due], [[], true]);
    const retaken = await subscriber.retake();
    equal(
      retaken.flatMap(({ events }) => events.map(({ event, attempts }) => [event.id, attempts])).sort(),
      [...one, ...other].map(({ id }) => [id, 0]).sort(),
    );
    await subscriber.resettle(retaken);
    equal(await subscriber.replay({ kind: "dead-letters" }), 0);
  }),

  "what failed or was given up comes again as well when its publisher's events do": subscribed(async (world, subscriber) => {
    const planet = new Planet(world);
    const events = await planet.publish(3);
    await subscriber.deliver({ failing: events.slice(1, 2), delay: null });
    const [first] = events;
    check(first !== undefined, "three events were published");
    await subscriber.replay({ kind: "publisher", publisher: publisherOf({ event: first }) });
    equal([await subscriber.deadLetters(), idsOf(await subscriber.retry())], [[], idsOf(events)]);
  }),

  "a replay is one subscriber's, and none where there is no such": subscribed(async (world, subscriber) => {
    await withSubscriber(world, async (second) => {
      const type = ownType(world);
      const [event] = await new Planet(world).publish(1, { type });
      check(event !== undefined, "an event was published");
      for (const one of [subscriber, second]) await one.deliver({ failing: [event], delay: null });
      equal(await subscriber.replay({ kind: "dead-letters" }), 1);
      equal([(await second.deadLetters()).length, await second.retake()], [1, []]);
      await subscriber.replay({ kind: "from", from: "beginning" }, [type]);
      equal([(await second.deadLetters()).length, await second.deliver()], [1, []]);
    });
    const unknown = { subscriber: `nobody ${world.id()}`, types: null, at: world.now() };
    for (const selection of [{ kind: "dead-letters" }, { kind: "from", from: "beginning" }] as const) {
      equal(okOf(await world.store.deliveries.replay({ ...unknown, selection })), 0);
    }
  }),
};

/** A time that nothing else in the log is at or after: far away, and later for each who asks. */
export const far = (world: World): string => new Date(Date.parse(world.now()) + 3e12).toISOString();
