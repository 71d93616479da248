import type { Sweepable } from "denizen/ports";
import { check, equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { Planet } from "./deliveries/planet.js";
import { idsOf, subscribed, withSubscriber } from "./deliveries/subscriber.js";
import { count, known } from "./guesses.js";
import { read } from "./log.js";
import { starting } from "./session-calls.js";
import { opened } from "./people.js";
import { AT, eventually } from "./world.js";
import type { World } from "./world.js";

/** Long before anything that other cases write: sweeping is nobody's tenant's. So many seconds after then. */
const ago = (seconds: number): string => new Date(Date.parse("1990-01-01T00:00:00.000Z") + seconds * 1000).toISOString();
const YEAR = 31_536_000;

async function sweep(world: World, what: Sweepable, before: string, limit = 1000): Promise<number> {
  return okOf(await world.store.retention.sweep({ what, before, limit }), "sweep");
}

/** Everything that is so old, whatever other cases have left. */
async function sweepAll(world: World, what: Sweepable, before: string): Promise<void> {
  await eventually(`the end of old ${what}`, async () => ((await sweep(world, what, before)) === 0 ? true : undefined));
}

/** Of the case's own traces as many as that are left in the end: subscribers of other cases hold back what they have not handled. */
async function tracesLeft(world: World, count: number): Promise<void> {
  await eventually("the end of old traces", async () => {
    await sweep(world, "traces", ago(3600));
    return (await traces(world)).length === count ? true : undefined;
  });
}

async function committed(world: World, at: string, command?: string): Promise<string> {
  const named = command === undefined ? undefined : { actor: "user:1", id: command, outcome: "done" };
  const record = { ...world.record(named), at };
  okOf(await world.store.commit(world.set([world.created(world.id())]), record));
  return record.commitId;
}

const statusOf = async (world: World, commitId: string, at = AT) => okOf(await world.store.settle(commitId, at)).status;

/** What a guard tells; without a version. */
async function traced(world: World, occurredAt: string, id = world.id()): Promise<void> {
  const event = world.event({ kind: "attempts", id, version: null }, { type: "proof-failed", occurredAt });
  const settlement = { tenant: world.tenant, method: "password", counter: `attempts:${id}`, succeeded: false, events: [event] };
  okOf(await world.store.attempts.settle(settlement));
}

const traces = async (world: World) => (await read(world, { filter: { kinds: ["attempts"] } })).map(({ event }) => event.occurredAt);

/** A session from long ago, which has an hour until it expires. */
function startedAgo(world: World, account: string) {
  const times = { startedAt: ago(0), lastUsedAt: ago(0), idleExpiresAt: ago(3600), expiresAt: ago(36_000) };
  return starting(world, account, times);
}

export const retention: Group = {
  "records of commits that are older are removed, with their commands, and the younger stay": async (world) => {
    const [old, young] = [await committed(world, ago(0), "old"), await committed(world, ago(3600), "young")];
    await sweepAll(world, "commits", ago(3600));
    equal(okOf(await world.store.findCommand(world.tenant, "user:1", "old")), undefined, "the older command");
    equal([await statusOf(world, old), await statusOf(world, young)], ["rolled-back", "committed"]);
    check(okOf(await world.store.findCommand(world.tenant, "user:1", "young")) !== undefined, "the younger command stays");
    equal((await read(world)).length, 2, "the events, which stay");
  },

  "a commit that was fenced off is removed like any other, and not before its time": async (world) => {
    const record = { ...world.record(), at: ago(0) };
    equal(await statusOf(world, record.commitId, ago(3600)), "rolled-back");
    await sweepAll(world, "commits", ago(3600));
    check((await world.store.commit(world.set([world.created(world.id())]), record)).isErr(), "it is fenced off still");
    await sweepAll(world, "commits", ago(3601));
    okOf(await world.store.commit(world.set([world.created(world.id())]), { ...record, at: ago(4000) }));
  },

  "sessions that have expired or were ended before are removed, and the others stay": async (world) => {
    const account = await opened(world);
    const [revoked, expired, idle, live] = [1, 2, 3, 4].map(() => startedAgo(world, account));
    check(revoked !== undefined && expired !== undefined && idle !== undefined && live !== undefined, "four sessions");
    const longer = { ...live, session: { ...live.session, idleExpiresAt: ago(YEAR), expiresAt: ago(YEAR) } };
    const idling = { ...idle, session: { ...idle.session, idleExpiresAt: ago(1800) } };
    for (const start of [revoked, expired, idling, longer]) check(okOf(await world.store.sessions.start(start)), "it starts");
    const event = world.event({ kind: "session", id: "", version: null }, { occurredAt: ago(10) });
    okOf(await world.store.sessions.revoke({ tenant: world.tenant, target: { family: revoked.family }, at: ago(10), revoked: event }));
    // Where it is not, it starts anew.
    const isThere = async (start: typeof live) => (await world.store.sessions.start(start)).isErr();
    await sweepAll(world, "sessions", ago(0));
    equal([await isThere(revoked), await isThere(expired), await isThere(idling)], [true, true, true], "before anything has ended");
    await sweepAll(world, "sessions", ago(11));
    equal([await isThere(revoked), await isThere(expired), await isThere(idling)], [false, true, true], "after one was revoked");
    await sweepAll(world, "sessions", ago(1801));
    equal([await isThere(idling), await isThere(expired)], [false, true], "after one was idle for too long");
    await sweepAll(world, "sessions", ago(3601));
    equal([await isThere(expired), await isThere(longer)], [false, true], "after one has expired");
    const listed = okOf(await world.store.sessions.list(world.tenant, account, ago(4000)));
    equal(
      listed.map(({ id }) => id),
      [live.session.id],
    );
  },

  "counters whose last guess is older are removed, and those that count or lock stay": async (world) => {
    const lockout = { limit: 1, first: 1000, longest: 1000, memory: 2 ** 40 };
    const locked = { limit: 1, first: YEAR * 1000, longest: YEAR * 1000, memory: 2 ** 40 };
    const [old, young, long] = [await known(world, "a"), await known(world, "b"), await known(world, "c")];
    await count(world, old.target, { at: ago(0), lockout });
    await count(world, young.target, { at: ago(3600), lockout });
    await count(world, long.target, { at: ago(0), lockout: locked });
    const forgotten = { at: ago(4000), lockout: { ...lockout, limit: 100 } };
    await sweepAll(world, "attempts", ago(3600));
    equal([(await count(world, old.target, forgotten)).count, (await count(world, young.target, forgotten)).count], [1, 2]);
    check((await count(world, long.target, { at: ago(5000), lockout: locked })).refusedUntil !== null, "the long lock holds");
  },

  "what guards told before is removed from the log; younger, and what aggregates are made of, stay": async (world) => {
    const planet = await new Planet(world).publish(2, { occurredAt: ago(0) });
    const [one, other] = [world.id(), world.id()];
    for (const seconds of [0, 1, 2, 3600]) await traced(world, ago(seconds), one);
    await traced(world, ago(0), other);
    await tracesLeft(world, 1);
    equal(await traces(world), [ago(3600)]);
    equal(idsOf(await read(world, { filter: { kinds: ["planet"] } })), idsOf(planet));
    equal(idsOf(await world.history(planet[0]?.publisher.id ?? "")), idsOf(planet));
    await traced(world, ago(3601), one);
    equal(await traces(world), [ago(3600), ago(3601)]);
  },

  "what a subscriber has not handled yet stays, and goes when it has": subscribed(async (world, subscriber) => {
    for (const seconds of [0, 1]) await traced(world, ago(seconds));
    await sweep(world, "traces", ago(3600));
    equal((await traces(world)).length, 2, "what nobody has taken");
    const { batches } = await subscriber.take();
    await sweep(world, "traces", ago(3600));
    equal((await traces(world)).length, 2, "what is in hand");
    await subscriber.settle(batches);
    await tracesLeft(world, 0);
  }),

  "what waits for a subscriber, or was given up, stays, and what one of several has handled does": subscribed(async (world, subscriber) => {
    await withSubscriber(world, async (second) => {
      const [sick, dead] = [world.id(), world.id()];
      for (const id of [sick, sick, dead]) await traced(world, ago(0), id);
      const failing = (await read(world)).filter(({ event }) => event.publisher.id === dead).map(({ event }) => event);
      const waiting = (await read(world)).slice(0, 1).map(({ event }) => event);
      const { batches } = await subscriber.take();
      await subscriber.settle(batches, { failing: [...waiting, ...failing], delay: null });
      await second.deliver();
      await sweep(world, "traces", ago(3600));
      equal((await traces(world)).length, 3);
      equal(idsOf(await subscriber.deadLetters()), idsOf([...waiting, ...failing]));
      for (const event of [...waiting, ...failing]) check(await subscriber.discard(event), "it is discarded");
      equal((await subscriber.retry()).length, 1);
      await tracesLeft(world, 0);
    });
  }),

  "no more is removed at once than the limit, and it says how many": async (world) => {
    const early = "1980-01-01T00:00:00.000Z";
    const before = "1981-01-01T00:00:00.000Z";
    const account = await opened(world);
    for (let index = 0; index < 3; index++) {
      await committed(world, early);
      await traced(world, early);
      await count(world, (await known(world, `${index}`)).target, { at: early });
      const start = starting(world, account, { startedAt: early, lastUsedAt: early, idleExpiresAt: early, expiresAt: early });
      check(okOf(await world.store.sessions.start(start)), "it starts");
    }
    for (const what of ["commits", "sessions", "attempts", "traces"] as const) {
      const first = await eventually(`old ${what}`, async () => (await sweep(world, what, before, 2)) || undefined);
      equal(first, 2, `how many of three ${what} go at once`);
      equal((await sweep(world, what, before)) >= 1, true, `whether the rest of ${what} goes then`);
    }
  },
};
