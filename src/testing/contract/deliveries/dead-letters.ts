import type { DeadLetterRequest } from "denizen/ports";
import { check, equal, okOf } from "../../assertions.js";
import type { Group } from "../case.js";
import { read } from "../log.js";
import type { World } from "../world.js";
import { FAILED } from "./handled.js";
import { Planet } from "./planet.js";
import { HOUR, idsOf, MOMENT, subscribed, withSubscriber } from "./subscriber.js";
import type { Subscriber } from "./subscriber.js";

/** A planet whose first event was given up; the others wait behind it. */
async function dead(world: World, subscriber: Subscriber, count = 3) {
  const planet = new Planet(world);
  const events = await planet.publish(count);
  await subscriber.deliver({ failing: events.slice(0, 1), delay: null });
  return { planet, events };
}

const listed = async (world: World, request: DeadLetterRequest) => okOf(await world.store.deliveries.deadLetters(request), "deadLetters");

export const deadLetters: Group = {
  "what was given up is listed: event and place, how often it was tried, why it failed, and what it holds back": subscribed(
    async (world, subscriber) => {
      const { planet, events } = await dead(world, subscriber);
      const [position] = (await read(world)).map((logged) => logged.position);
      const letter = { position, event: events[0], subscriber: subscriber.name, attempts: 1, error: FAILED };
      equal(await subscriber.deadLetters(), [{ ...letter, behind: 2 }]);
      await planet.publish(2);
      await subscriber.deliver();
      equal(await subscriber.deadLetters(), [{ ...letter, behind: 4 }]);
      const { deadLetters: dead_, waiting } = await subscriber.status();
      equal([dead_, waiting], [1, 4]);
    },
  ),

  "it is never due, and holds its publisher back and nobody else": subscribed(async (world, subscriber) => {
    const { planet } = await dead(world, subscriber);
    await planet.publish();
    const other = await new Planet(world).publish();
    equal(idsOf(await subscriber.deliver()), idsOf(other));
    const { due, wait } = await subscriber.outlook();
    equal({ due, wait, retaken: await subscriber.retake() }, { due: false, wait: null, retaken: [] });
  }),

  "what was tried several times tells how often": subscribed(async (world, subscriber) => {
    const failing = await new Planet(world).publish();
    await subscriber.deliver({ failing, delay: 0 });
    await subscriber.resettle(await subscriber.retakenSoon(), { failing, delay: 0 });
    await subscriber.resettle(await subscriber.retakenSoon(), { failing, delay: null });
    equal(
      (await subscriber.deadLetters()).map(({ event, attempts, behind }) => [event.id, attempts, behind]),
      [[failing[0]?.id, 3, 0]],
    );
  }),

  "they are listed in the order of the log, page by page": subscribed(async (world, subscriber) => {
    const planets = [new Planet(world), new Planet(world), new Planet(world)];
    const events = [];
    for (const planet of planets.toReversed()) events.push(...(await planet.publish()));
    await subscriber.deliver({ failing: events, delay: null });
    equal(idsOf(await subscriber.deadLetters()), idsOf(events));
    const first = await listed(world, { subscriber: subscriber.name, limit: 2 });
    equal(idsOf(first), idsOf(events.slice(0, 2)));
    const after = { position: first.at(-1)?.position ?? "", subscriber: subscriber.name };
    equal(idsOf(await listed(world, { subscriber: subscriber.name, limit: 2, after })), idsOf(events.slice(2)));
    const nowhere = { ...after, position: "nonsense" };
    equal(await listed(world, { subscriber: subscriber.name, limit: 2, after: nowhere }), [], "after what is no place in the log");
  }),

  "those of all subscribers are listed where none is named": subscribed(async (world, subscriber) => {
    await withSubscriber(world, async (second) => {
      const { events } = await dead(world, subscriber);
      await second.deliver({ failing: events.slice(0, 1), delay: null });
      const both = (await listed(world, { limit: 10_000 })).filter(({ event }) => event.id === events[0]?.id);
      equal((await second.deadLetters()).length, 1);
      const names = [subscriber.name, second.name].sort();
      const pageOf = async (request: DeadLetterRequest) => {
        const page = await listed(world, request);
        return page.filter(({ event }) => event.id === events[0]?.id).map((letter) => letter.subscriber);
      };
      equal(
        both.map((letter) => letter.subscriber),
        names,
        "by subscriber, where several gave up the same event",
      );
      const [position = ""] = both.map((letter) => letter.position);
      for (const [index, name] of names.entries()) {
        equal(await pageOf({ limit: 10_000, after: { position, subscriber: name } }), names.slice(index + 1), "what is beyond one of them");
      }
    });
  }),

  "one that is discarded is gone for good, and those behind it are due at once": subscribed(async (world, subscriber) => {
    const { planet, events } = await dead(world, subscriber);
    const [first] = events;
    check(first !== undefined && (await subscriber.discard(first)), "the dead letter is discarded");
    equal([await subscriber.deadLetters(), await subscriber.discard(first)], [[], false]);
    equal((await subscriber.outlook()).due, true);
    equal(idsOf(await subscriber.retry()), idsOf(events.slice(1)));
    const since = await planet.publish();
    equal(idsOf(await subscriber.deliver()), idsOf(since));
  }),

  "one that waits for another try may be discarded, or one behind it": subscribed(async (world, subscriber) => {
    const events = await new Planet(world).publish(4);
    await subscriber.deliver({ failing: events.slice(0, 1), delay: HOUR });
    const [first, , third] = events;
    check(first !== undefined && third !== undefined, "four events were published");
    check(await subscriber.discard(third), "the one behind is discarded");
    equal([(await subscriber.status()).waiting, await subscriber.retake()], [3, []]);
    check(await subscriber.discard(first), "the one that failed is discarded");
    equal(idsOf(await subscriber.retry()), [events[1]?.id, events[3]?.id]);
  }),

  "what was delivered, is still to come, is another tenant's or waits for another subscriber is not discarded": subscribed(
    async (world, subscriber) => {
      const [delivered] = await new Planet(world).publish();
      await subscriber.deliver();
      const { events } = await dead(world, subscriber);
      const [toCome] = await new Planet(world).publish();
      const [first] = events;
      check(delivered !== undefined && first !== undefined && toCome !== undefined, "events were published");
      const elsewhere = { ...first, metadata: { ...first.metadata, tenant: world.elsewhere().tenant } };
      equal(
        [await subscriber.discard(delivered), await subscriber.discard(toCome), await subscriber.discard(elsewhere)],
        [false, false, false],
      );
      equal(await subscriber.discard({ ...first, id: world.id() }), false, "an unknown one");
      await withSubscriber(world, async (second) => equal(await second.discard(first), false, "for another subscriber"));
      equal([(await subscriber.deadLetters()).length, idsOf(await subscriber.deliver())], [1, [toCome.id]]);
    },
  ),

  "who is just trying what is discarded has lost it, and another goes on behind it": subscribed(async (world, subscriber) => {
    const events = await new Planet(world).publish(3);
    await subscriber.deliver({ failing: events.slice(0, 1), delay: MOMENT });
    const retaken = await subscriber.retakenSoon({ worker: "slow" });
    check(events[0] !== undefined && (await subscriber.discard(events[0])), "it is discarded");
    await subscriber.resettle(retaken, { worker: "slow", failing: events.slice(0, 1), delay: null });
    const { waiting, deadLetters: dead_ } = await subscriber.status();
    equal([waiting, dead_], [2, 0]);
    equal(idsOf(await subscriber.retry({ worker: "other" })), idsOf(events.slice(1)));
  }),
};
