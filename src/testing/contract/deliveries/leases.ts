import type { Taken } from "denizen/ports";
import { check, equal } from "../../assertions.js";
import type { Group } from "../case.js";
import { eventually, passing } from "../world.js";
import { apart } from "./partitions.js";
import { Planet } from "./planet.js";
import { HOUR, idsOf, MOMENT, subscribed } from "./subscriber.js";
import type { Subscriber } from "./subscriber.js";

/** What another worker takes over as soon as the lease of the first is over. */
const takenOver = (subscriber: Subscriber, worker = "other") =>
  eventually("the end of a lease", async () => {
    const taken = await subscriber.take({ worker });
    return subscriber.own(taken).length === 0 ? undefined : taken;
  });

const held = ({ batches }: Taken) => batches.map(({ partition, token }) => ({ partition, token }));

export const leases: Group = {
  "what one worker has taken nobody is given, himself included, until it is settled": subscribed(async (world, subscriber) => {
    const planet = new Planet(world);
    await planet.publish(2);
    const { batches } = await subscriber.take({ worker: "one" });
    const since = await planet.publish(1);
    for (const worker of ["other", "one"]) equal(subscriber.own(await subscriber.take({ worker })), [], `for ${worker}`);
    await subscriber.settle(batches, { worker: "one" });
    equal(idsOf(subscriber.own(await subscriber.take({ worker: "other" }))), idsOf(since));
  }),

  "what was taken and never settled is given to another once the lease is over, under another token": subscribed(
    async (world, subscriber) => {
      const events = await new Planet(world).publish(2);
      const first = await subscriber.take({ worker: "dead", duration: MOMENT });
      const second = await takenOver(subscriber);
      equal(idsOf(subscriber.own(second)), idsOf(events));
      const tokens = [first, second].map(({ batches }) => batches.map(({ token }) => token));
      check(tokens[0]?.every((token) => tokens[1]?.includes(token) === false) === true, "no token is given twice");
    },
  ),

  "who has lost his lease settles nothing: neither how far it goes, nor what waits, nor what he delivered": subscribed(
    async (world, subscriber) => {
      const [poison, , last] = await new Planet(world).publish(3);
      const first = await subscriber.take({ worker: "slow", duration: MOMENT });
      const second = await takenOver(subscriber);
      const failing = poison === undefined ? [] : [poison];
      await subscriber.settle(first.batches, { worker: "slow", failing });
      equal(subscriber.own(await subscriber.take({ worker: "third" })), [], "what is still leased");
      const { waiting, delivered } = await subscriber.status();
      equal([waiting, delivered], [0, 0]);
      await subscriber.settle(second.batches, { worker: "other" });
      await subscriber.settle(first.batches, { worker: "slow", failing });
      equal([(await subscriber.status()).waiting, (await subscriber.status()).delivered >= 3], [0, true]);
      check(last !== undefined, "three events were published");
    },
  ),

  "who is late settles what nobody has taken over": subscribed(async (world, subscriber) => {
    await new Planet(world).publish(2);
    const { batches } = await subscriber.take({ duration: 1 });
    await passing(MOMENT);
    await subscriber.settle(batches);
    equal([await subscriber.deliver(), (await subscriber.status()).delivered >= 2], [[], true]);
  }),

  "a token opens its own partition alone": subscribed(async (world, subscriber) => {
    await new Planet(world).publish(2);
    const { batches } = await subscriber.take();
    const forged = batches.map((batch) => ({ ...batch, partition: (batch.partition + 1) % 64 }));
    await subscriber.settle(forged);
    await subscriber.settle(batches.map((batch) => ({ ...batch, token: `${batch.token}0` })));
    equal([subscriber.own(await subscriber.take({ worker: "other" })), (await subscriber.status()).delivered], [[], 0]);
    await subscriber.settle(batches);
    equal((await subscriber.status()).delivered >= 2, true);
  }),

  "a lease that is renewed lasts longer": subscribed(async (world, subscriber) => {
    const events = await new Planet(world).publish(2);
    const { batches } = await subscriber.take({ duration: 4 * MOMENT });
    const partitions = batches.map(({ partition, token }) => ({ partition, token }));
    equal(await subscriber.renew({ partitions, publishers: [], duration: HOUR }), { partitions, publishers: [] });
    await passing(5 * MOMENT);
    equal(subscriber.own(await subscriber.take({ worker: "other" })), []);
    await subscriber.settle(batches);
    equal((await subscriber.status()).delivered >= events.length, true);
  }),

  "a renewal says which leases are another's by now, and leaves those alone": subscribed(async (world, subscriber) => {
    await new Planet(world).publish(2);
    const first = await subscriber.take({ worker: "slow", duration: MOMENT });
    const second = await takenOver(subscriber);
    equal((await subscriber.renew({ worker: "slow", duration: 1, partitions: held(first), publishers: [] })).partitions, []);
    await passing(MOMENT);
    equal(subscriber.own(await subscriber.take({ worker: "third" })), []);
    equal((await subscriber.renew({ worker: "other", partitions: held(second), publishers: [] })).partitions, held(second));
  }),

  "who has lost some of what he took is told which, also when he has taken it again himself": subscribed(async (world, subscriber) => {
    const planets = (await apart(world, subscriber)).slice(0, 3);
    for (const planet of planets) await planet.publish();
    const old = held(await subscriber.take({ duration: MOMENT }));
    check(old.length >= 3, "three publishers are in partitions of their own");
    const again = held(
      await eventually("the end of a lease", async () => {
        const taken = await subscriber.take({ limit: 1 });
        return subscriber.own(taken).length === 0 ? undefined : taken;
      }),
    );
    const kept = old.filter(({ partition }) => again.every((other) => other.partition !== partition));
    equal(kept.length, old.length - 1);
    equal((await subscriber.renew({ partitions: [...old, ...again], publishers: [] })).partitions, [...kept, ...again]);
  }),

  "what was given back cannot be renewed": subscribed(async (world, subscriber) => {
    await new Planet(world).publish();
    const { batches } = await subscriber.take();
    await subscriber.settle(batches);
    const partitions = batches.map(({ partition, token }) => ({ partition, token }));
    equal(await subscriber.renew({ partitions, publishers: [] }), { partitions: [], publishers: [] });
  }),

  "others are told how long a lease lasts at most, and who has it is not": subscribed(async (world, subscriber) => {
    await new Planet(world).publish();
    const { wait: before } = await subscriber.take({ worker: "one" });
    equal(before, null, "what the first waits for");
    const { wait, batches } = await subscriber.take({ worker: "other" });
    check(wait !== null && wait > HOUR / 2 && wait <= HOUR, `about an hour: ${String(wait)}`);
    await subscriber.settle(batches, { worker: "other" });
    equal((await subscriber.take({ worker: "one" })).wait, null);
  }),

  "subscribers have leases and places of their own": subscribed(async (world, subscriber) => {
    await subscribed(async (_, second) => {
      const events = await new Planet(world).publish(2);
      const { batches } = await subscriber.take();
      equal(idsOf(subscriber.own(await second.take())), idsOf(events));
      await second.settle(batches.map((batch) => ({ ...batch, token: `${batch.token}1` })));
      await subscriber.settle(batches);
      equal(subscriber.own(await subscriber.take()), []);
      equal([(await subscriber.status()).delivered >= 2, (await second.status()).delivered], [true, 0]);
    })(world);
  }),
};
