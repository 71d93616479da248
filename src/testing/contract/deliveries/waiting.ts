import type { Retaken } from "denizen/ports";
import { check, equal } from "../../assertions.js";
import type { Group } from "../case.js";
import { eventually, passing } from "../world.js";
import type { World } from "../world.js";
import { Planet } from "./planet.js";
import { HOUR, idsOf, MOMENT, subscribed } from "./subscriber.js";
import type { Subscriber } from "./subscriber.js";

const attemptsOf = (retaken: readonly Retaken[]): readonly (readonly [string, number])[] =>
  retaken.flatMap(({ events }) => events.map(({ event, attempts }) => [event.id, attempts] as const));

/** A planet of whose events the first has failed: it and those behind it wait, and are due in a moment. */
async function stuck(world: World, subscriber: Subscriber, count = 3, delay: number | null = MOMENT) {
  const planet = new Planet(world);
  const events = await planet.publish(count);
  equal(await subscriber.deliver({ failing: events.slice(0, 1), delay }), []);
  return { planet, events, publisher: { tenant: world.tenant, kind: "planet", id: planet.id } };
}

export const waitingEvents: Group = {
  "what is due is given with what waits behind it, in order, as it was written and how often it was tried": subscribed(
    async (world, subscriber) => {
      const { events, publisher } = await stuck(world, subscriber);
      await eventually("an event that is due", async () => ((await subscriber.outlook()).due ? true : undefined));
      const retaken = await subscriber.retakenSoon();
      equal(
        retaken.map((one) => one.publisher),
        [publisher],
      );
      equal(
        retaken.flatMap((one) => one.events.map(({ event }) => event)),
        events,
      );
      equal(
        attemptsOf(retaken),
        idsOf(events).map((id, index) => [id, index === 0 ? 1 : 0]),
      );
    },
  ),

  "what was delivered at last waits no more, is counted, and holds nothing back": subscribed(async (world, subscriber) => {
    const { planet } = await stuck(world, subscriber);
    const { delivered } = await subscriber.status();
    await subscriber.resettle(await subscriber.retakenSoon());
    const status = await subscriber.status();
    equal([status.waiting, status.delivered - delivered], [0, 3]);
    const since = await planet.publish();
    equal(idsOf(await subscriber.deliver()), idsOf(since));
    equal(await subscriber.retake(), []);
  }),

  "what fails again waits again, with its count and for its delay": subscribed(async (world, subscriber) => {
    const { events } = await stuck(world, subscriber);
    for (const tries of [1, 2, 3]) {
      const retaken = await subscriber.retakenSoon();
      equal(attemptsOf(retaken)[0], [events[0]?.id, tries]);
      await subscriber.resettle(retaken, { failing: events.slice(0, 1), delay: tries < 3 ? MOMENT : HOUR });
    }
    const { due, wait } = await subscriber.outlook();
    check(!due && wait !== null && wait > HOUR / 2, "the last one waits for an hour");
    equal([(await subscriber.status()).waiting, await subscriber.retake()], [3, []]);
  }),

  "what failed behind one that was delivered waits next, and what is behind it goes on waiting": subscribed(async (world, subscriber) => {
    const { events } = await stuck(world, subscriber, 4);
    await subscriber.resettle(await subscriber.retakenSoon(), { failing: events.slice(1, 2), delay: MOMENT });
    const { waiting, delivered } = await subscriber.status();
    equal([waiting, delivered >= 1], [3, true]);
    const retaken = await subscriber.retakenSoon();
    equal(
      attemptsOf(retaken),
      idsOf(events.slice(1)).map((id, index) => [id, index === 0 ? 1 : 0]),
    );
    await subscriber.resettle(retaken, { failing: events.slice(3), delay: null });
    equal(idsOf(await subscriber.deadLetters()), [events[3]?.id]);
    equal((await subscriber.status()).waiting, 0);
  }),

  "what comes while its publisher's events are tried again waits behind them, and is due as soon as they are done": subscribed(
    async (world, subscriber) => {
      const { planet } = await stuck(world, subscriber);
      const retaken = await subscriber.retakenSoon();
      const since = await planet.publish(2);
      const { batches } = await subscriber.take({ worker: "other" });
      equal(
        subscriber.own({ batches }).map(({ behind }) => behind),
        [true, true],
      );
      await subscriber.settle(batches, { worker: "other" });
      equal(await subscriber.retake({ worker: "other" }), [], "while the first are tried again");
      await subscriber.resettle(retaken);
      equal((await subscriber.outlook()).due, true);
      equal(
        attemptsOf(await subscriber.retake()),
        idsOf(since).map((id) => [id, 0]),
      );
    },
  ),

  "what is settled as behind others that are through meanwhile is due at once": subscribed(async (world, subscriber) => {
    const { planet } = await stuck(world, subscriber);
    const since = await planet.publish(2);
    const { batches } = await subscriber.take({ worker: "other" });
    await subscriber.resettle(await subscriber.retakenSoon());
    await subscriber.settle(batches, { worker: "other" });
    equal(idsOf(await subscriber.retry()), idsOf(since));
  }),

  "what was not begun waits without a failure, and is due at once": subscribed(async (world, subscriber) => {
    const events = await new Planet(world).publish(2);
    const { batches } = await subscriber.take();
    const unbegun = batches.map((batch) => ({ ...batch, events: batch.events.map((taken) => ({ ...taken, behind: true })) }));
    await subscriber.settle(unbegun);
    equal(
      attemptsOf((await subscriber.retake()).filter(({ publisher }) => publisher.tenant === world.tenant)),
      idsOf(events).map((id) => [id, 0]),
    );
  }),

  "what one worker tries again nobody else is given, until its lease is over": subscribed(async (world, subscriber) => {
    const { events } = await stuck(world, subscriber);
    const first = await subscriber.retakenSoon({ worker: "slow", duration: HOUR });
    for (const worker of ["other", "slow"]) {
      equal([(await subscriber.outlook(worker)).due, await subscriber.retake({ worker })], [false, []], `for ${worker}`);
    }
    await subscriber.renew({ worker: "slow", duration: 1, partitions: [], publishers: claimsOf(first) });
    const second = await subscriber.retakenSoon({ worker: "other" });
    equal(
      attemptsOf(second),
      idsOf(events).map((id, index) => [id, index === 0 ? 1 : 0]),
    );
    check(second[0]?.token !== first[0]?.token, "no token is given twice");
  }),

  "who has lost what he tries again changes nothing": subscribed(async (world, subscriber) => {
    const { events } = await stuck(world, subscriber);
    const { delivered } = await subscriber.status();
    const first = await subscriber.retakenSoon({ worker: "slow", duration: MOMENT });
    const second = await subscriber.retakenSoon({ worker: "other" });
    await subscriber.resettle(first, { worker: "slow" });
    await subscriber.resettle(first, { worker: "slow", failing: events, delay: null });
    const status = await subscriber.status();
    equal([status.waiting, status.deadLetters, status.delivered], [3, 0, delivered]);
    equal(await subscriber.retake({ worker: "third" }), [], "what is the second's");
    await subscriber.resettle(second, { worker: "other" });
    equal((await subscriber.status()).waiting, 0);
    await subscriber.resettle(second, { worker: "other", failing: events });
    equal((await subscriber.status()).waiting, 0, "what waits after it was settled twice");
  }),

  "a lease on a publisher is renewed as that of a partition is, and is another's once it is lost": subscribed(async (world, subscriber) => {
    await stuck(world, subscriber);
    const first = await subscriber.retakenSoon({ duration: 4 * MOMENT });
    equal(await subscriber.renew({ partitions: [], publishers: claimsOf(first) }), { partitions: [], publishers: claimsOf(first) });
    await passing(5 * MOMENT);
    equal(await subscriber.retake({ worker: "other" }), []);
    await subscriber.renew({ duration: 1, partitions: [], publishers: claimsOf(first) });
    const second = await subscriber.retakenSoon({ worker: "other" });
    equal((await subscriber.renew({ partitions: [], publishers: claimsOf(first) })).publishers, []);
    const both = [...claimsOf(first), ...claimsOf(second)];
    equal((await subscriber.renew({ worker: "other", partitions: [], publishers: both })).publishers, claimsOf(second));
  }),

  "others are told when it is over, and who tries again is not": subscribed(async (world, subscriber) => {
    await stuck(world, subscriber);
    await subscriber.retakenSoon({ worker: "one" });
    const { wait, batches } = await subscriber.take({ worker: "other" });
    check(wait !== null && wait > HOUR / 2 && wait <= HOUR, `about an hour: ${String(wait)}`);
    await subscriber.settle(batches, { worker: "other" });
    equal((await subscriber.take({ worker: "one" })).wait, null);
  }),

  "no more is given than the limit, and the rest is due when that is done": subscribed(async (world, subscriber) => {
    const { events } = await stuck(world, subscriber, 5);
    const retaken = await subscriber.retakenSoon({ limit: 2 });
    equal(
      attemptsOf(retaken).map(([id]) => id),
      idsOf(events.slice(0, 2)),
    );
    await subscriber.resettle(retaken);
    equal(idsOf(await subscriber.retry({ limit: 2 })), idsOf(events.slice(2)));
  }),

  "publishers wait apart: each is due by itself, and several workers share them": subscribed(async (world, subscriber) => {
    const all = [await stuck(world, subscriber), await stuck(world, subscriber), await stuck(world, subscriber)];
    await stuck(world, subscriber, 3, HOUR);
    const workers = ["one", "other", "third"];
    const given: Retaken[] = [];
    for (const worker of workers) given.push(...(await subscriber.retakenSoon({ worker, limit: 3 })));
    equal(given.map(({ publisher }) => publisher.id).sort(), all.map(({ planet }) => planet.id).sort());
    equal(new Set(given.map(({ token, publisher }) => `${publisher.id} ${token}`)).size, 3);
    for (const [index, worker] of workers.entries()) await subscriber.resettle(given.slice(index, index + 1), { worker });
    equal((await subscriber.status()).waiting, 3, "what waits for an hour");
  }),
};

export const claimsOf = (retaken: readonly Retaken[]) =>
  retaken.map(({ publisher, token, events }) => ({ publisher, token, first: events[0]?.position ?? "" }));
