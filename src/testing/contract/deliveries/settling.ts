import { check, equal } from "../../assertions.js";
import type { Group } from "../case.js";
import { apart, together } from "./partitions.js";
import { Planet } from "./planet.js";
import { HOUR, idsOf, subscribed } from "./subscriber.js";

export const settling: Group = {
  "what was settled is never given again, and what is published later is": subscribed(async (world, subscriber) => {
    const planet = new Planet(world);
    const events = await planet.publish(2);
    const { batches } = await subscriber.take();
    await subscriber.settle(batches);
    equal(subscriber.own({ batches }).length, events.length);
    equal(await subscriber.deliver(), []);
    equal(idsOf(await subscriber.deliver()), []);
    const since = await planet.publish(1);
    equal(idsOf(await subscriber.deliver()), idsOf(since));
  }),

  "a batch is settled once": subscribed(async (world, subscriber) => {
    const events = await new Planet(world).publish(2);
    const { batches } = await subscriber.take();
    await subscriber.settle(batches);
    const { delivered } = await subscriber.status();
    await subscriber.settle(batches);
    await subscriber.settle(batches, { failing: events });
    const status = await subscriber.status();
    equal([status.delivered, status.waiting], [delivered, 0]);
  }),

  "a batch may be settled up to any of its events: the next one goes on from there": subscribed(async (world, subscriber) => {
    const [, second, third] = await new Planet(world).publish(3);
    const { batches } = await subscriber.take();
    const part = batches.map((batch) => {
      const until = batch.events.findIndex(({ event }) => event.id === second?.id);
      return until < 0 ? batch : { ...batch, events: batch.events.slice(0, until + 1), to: batch.events[until]?.position ?? batch.to };
    });
    await subscriber.settle(part);
    equal(await subscriber.deliver().then(idsOf), [third?.id]);
  }),

  "one of several batches may be settled, and the others later": subscribed(async (world, subscriber) => {
    const planets = (await apart(world, subscriber)).slice(0, 3);
    for (const planet of planets) await planet.publish();
    const { delivered } = await subscriber.status();
    const { batches } = await subscriber.take();
    for (const [index, batch] of batches.entries()) {
      await subscriber.settle([batch]);
      const settled = batches.slice(0, index + 1).flatMap(({ events }) => events);
      equal((await subscriber.status()).delivered - delivered, settled.length);
    }
    equal(await subscriber.deliver(), []);
  }),

  "of batches some of which are another's, the others are settled, with what waits of them": subscribed(async (world, subscriber) => {
    const [one, other] = await apart(world, subscriber);
    const [mine, lost] = [await one.publish(), await other.publish()];
    const { batches } = await subscriber.take();
    const isLost = (id: string | undefined) => id === other.id;
    const spoilt = batches.map((batch) =>
      batch.events.some(({ event }) => isLost(event.publisher.id)) ? { ...batch, token: "1" } : batch,
    );
    await subscriber.settle(spoilt, { failing: [...mine, ...lost], delay: null });
    equal(idsOf(await subscriber.deadLetters()), idsOf(mine));
    await subscriber.settle(batches);
    equal([await subscriber.deliver(), idsOf(await subscriber.deadLetters())], [[], idsOf(mine)]);
  }),

  "what was delivered is counted": subscribed(async (world, subscriber) => {
    const [one, other] = [new Planet(world), new Planet(world)];
    await one.publish(2);
    await other.publish(3);
    equal((await subscriber.status()).delivered, 0);
    const { batches } = await subscriber.take();
    await subscriber.settle(batches);
    const all = batches.flatMap(({ events }) => events).length;
    equal((await subscriber.status()).delivered, all);
    check(all >= 5, "at least the case's own");
  }),

  "an event that fails waits with everything that follows of its publisher, and with nothing else": subscribed(
    async (world, subscriber) => {
      const [sick, well] = await together(world, subscriber);
      const [first, poison, third] = await sick.publish(3);
      const others = await well.publish(2);
      const failing = poison === undefined ? [] : [poison];
      const delivered = idsOf(await subscriber.deliver({ failing }));
      equal([...delivered].sort(), [...idsOf(others), first?.id].sort());
      equal((await subscriber.status()).waiting, 2);
      const [fourth] = await sick.publish();
      const more = await well.publish();
      const { batches } = await subscriber.take();
      const behind = new Map(subscriber.own({ batches }).map((taken) => [taken.event.id, taken.behind]));
      equal([...behind].sort(), [...idsOf(more).map((id) => [id, false]), [fourth?.id, true]].sort());
      await subscriber.settle(batches);
      equal((await subscriber.status()).waiting, 3);
      check(third !== undefined, "three events were published");
    },
  ),

  "the same publisher's id in another tenant, or of another kind, is another publisher": subscribed(async (world, subscriber) => {
    const other = world.elsewhere();
    const id = world.id();
    const failing = await new Planet(world, id).publish();
    await subscriber.deliver({ failing });
    const theirs = await new Planet(other, id).publish();
    const moon = world.created(id, { kind: "moon" });
    await world.given(moon);
    const taken = (await subscriber.take()).batches.flatMap(({ events }) => events);
    const given = taken.filter(({ event }) => [...idsOf(theirs), ...idsOf(moon.events)].includes(event.id));
    equal(
      given.map(({ behind }) => behind),
      [false, false],
    );
  }),

  "an event waits for the subscriber that it failed, and for no other": subscribed(async (world, subscriber) => {
    await subscribed(async (_, second) => {
      const planet = new Planet(world);
      const failing = await planet.publish();
      await subscriber.deliver({ failing });
      equal(idsOf(await second.deliver()), idsOf(failing));
      const since = await planet.publish();
      const behind = async (one: typeof subscriber) => one.own(await one.take()).map((taken) => [taken.event.id, taken.behind]);
      equal([await behind(subscriber), await behind(second)], [[[since[0]?.id, true]], [[since[0]?.id, false]]]);
      equal([(await subscriber.status()).waiting, (await second.status()).waiting], [1, 0]);
    })(world);
  }),

  "what is to wait for an hour is not due, and others are told how long it takes": subscribed(async (world, subscriber) => {
    const failing = await new Planet(world).publish(2);
    await subscriber.deliver({ failing, delay: HOUR });
    const { due, wait, batches } = await subscriber.take();
    equal({ due, own: subscriber.own({ batches }) }, { due: false, own: [] });
    check(wait !== null && wait > HOUR / 2 && wait <= HOUR, `about an hour: ${String(wait)}`);
    equal(await subscriber.retake(), []);
  }),
};
