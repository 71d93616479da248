import type { HistoryFilter, HistoryRequest, LoggedEvent, StoredEvent } from "denizen/ports";
import { check, equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { idsOf } from "./deliveries/subscriber.js";
import { Planet } from "./deliveries/planet.js";
import { count, known } from "./guesses.js";
import { refreshed, started } from "./session-calls.js";
import { AT, later } from "./world.js";
import type { World } from "./world.js";

export async function read(world: World, parts: Partial<HistoryRequest> = {}): Promise<readonly LoggedEvent[]> {
  const request = { tenant: world.tenant, filter: {}, direction: "ascending", limit: 1000, ...parts } as const;
  return okOf(await world.store.log.read(request), "read");
}

const found = async (world: World, filter: HistoryFilter): Promise<readonly string[]> => idsOf(await read(world, { filter }));

/** Everything, page by page; the pages end with one that is not full. */
async function pages(world: World, direction: HistoryRequest["direction"], limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await read(world, { direction, limit, ...(after !== undefined && { after }) });
    check(page.length <= limit, "a page is no longer than its limit");
    ids.push(...idsOf(page));
    check(ids.length <= 100, "pages come to an end");
    after = page.at(-1)?.position;
    if (page.length < limit || after === undefined) return ids;
  }
}

/** Three planets' events, in several commits; one of them has a kind, a subject, an actor, a type and a time of its own. */
async function story(world: World): Promise<{ readonly all: readonly StoredEvent[]; readonly odd: StoredEvent }> {
  const [one, other, third] = [new Planet(world), new Planet(world), new Planet(world)];
  const all = [...(await one.publish(2)), ...(await other.publish(1))];
  const metadata = { ...world.event({ kind: "", id: "", version: 1 }).metadata, actor: "user:ada" };
  const odd = { type: "planet-lost", subject: "ada", occurredAt: later(60), metadata };
  const lost = await third.publishEach([odd]);
  return {
    all: [...all, ...lost, ...(await one.publish(3))],
    odd: lost[0] ?? world.event({ kind: "", id: "", version: 1 }),
  };
}

export const log: Group = {
  "what was committed is read as it was written, in the order of the commits": async (world) => {
    const { all } = await story(world);
    const events = (await read(world)).map(({ event }) => event);
    equal(events, all);
    equal(new Set((await read(world)).map(({ position }) => position)).size, all.length, "the number of positions");
  },

  "the other direction begins with the latest": async (world) => {
    const { all } = await story(world);
    equal(idsOf(await read(world, { direction: "descending" })), idsOf(all).toReversed());
    equal(idsOf(await read(world, { direction: "descending", limit: 2 })), idsOf(all).toReversed().slice(0, 2));
  },

  "pages of any size have everything once, in both directions": async (world) => {
    const { all } = await story(world);
    for (const limit of [1, 2, 3, 6, 7, 100]) {
      equal(await pages(world, "ascending", limit), idsOf(all), `pages of ${limit}`);
      equal(await pages(world, "descending", limit), idsOf(all).toReversed(), `pages of ${limit}, backwards`);
    }
  },

  "a reader who goes on after the last one finds what came since, and nothing twice": async (world) => {
    const planet = new Planet(world);
    await planet.publish(2);
    const after = (await read(world)).at(-1)?.position ?? "";
    equal(await read(world, { after }), []);
    const since = await planet.publish(2);
    equal(idsOf(await read(world, { after })), idsOf(since));
  },

  "a place that is none of the log's has nothing beyond it: clients hand it back, and may have changed it": async (world) => {
    await story(world);
    for (const after of ["", "nonsense", "-1", "1e3", "x".repeat(10_000), "1.2.3"]) {
      for (const direction of ["ascending", "descending"] as const) equal(await read(world, { after, direction }), [], after.slice(0, 20));
    }
  },

  "it is filtered by whom the events are about": async (world) => {
    const { odd } = await story(world);
    equal([await found(world, { subject: "ada" }), await found(world, { subject: "grace" })], [[odd.id], []]);
  },

  "it is filtered by kinds of publishers, each of those that are named": async (world) => {
    const { all } = await story(world);
    const [moon, comet] = [world.id(), world.id()];
    const [ofMoon, ofComet] = [world.created(moon, { kind: "moon" }), world.created(comet, { kind: "comet" })];
    await world.given(ofMoon);
    await world.given(ofComet);
    equal(await found(world, { kinds: ["moon"] }), idsOf(ofMoon.events));
    equal(await found(world, { kinds: ["comet", "moon", "star"] }), [...idsOf(ofMoon.events), ...idsOf(ofComet.events)]);
    equal(await found(world, { kinds: ["planet"] }), idsOf(all));
    equal(await found(world, { kinds: [] }), [], "of no kind");
  },

  "it is filtered by who asked": async (world) => {
    const { all, odd } = await story(world);
    equal(await found(world, { actor: "user:ada" }), [odd.id]);
    equal((await found(world, { actor: "system:contract" })).length, all.length - 1);
    equal(await found(world, { actor: "ada" }), [], "by half a name");
  },

  "it is filtered by type": async (world) => {
    const { odd } = await story(world);
    equal([await found(world, { type: "planet-lost" }), await found(world, { type: "planet" })], [[odd.id], []]);
  },

  "it is filtered by time: from an instant on, and before another": async (world) => {
    const { all, odd } = await story(world);
    const others = idsOf(all).filter((id) => id !== odd.id);
    equal([await found(world, { since: later(60) }), await found(world, { since: later(60.001) })], [[odd.id], []], "from the instant on");
    equal([await found(world, { until: later(60) }), await found(world, { until: AT })], [others, []], "before the instant");
    equal(await found(world, { until: later(60.001) }), idsOf(all));
    equal(await found(world, { since: later(59), until: later(61) }), [odd.id]);
  },

  "filters hold together, and with direction, place and limit": async (world) => {
    const { all, odd } = await story(world);
    const whole = { subject: "ada", kinds: ["planet"], actor: "user:ada", type: "planet-lost" };
    const filter = { ...whole, since: later(60), until: later(61) };
    equal(await found(world, filter), [odd.id]);
    for (const other of [{ subject: "b" }, { kinds: ["moon"] }, { actor: "b" }, { type: "b" }, { since: later(61) }, { until: AT }]) {
      equal(await found(world, { ...filter, ...other }), [], JSON.stringify(other));
    }
    const own = all.filter(({ id }) => id !== odd.id);
    const first = (await read(world))[0]?.position ?? "";
    const filtered = { filter: { type: "planet-changed" }, limit: 4 };
    equal(idsOf(await read(world, { ...filtered, after: first })), idsOf(own.slice(1, 5)));
    equal(idsOf(await read(world, { ...filtered, direction: "descending" })), idsOf(own.slice(-4).toReversed()));
  },

  "what guards tell is in it: proofs and sessions, under their own names and without a version": async (world) => {
    const { id, target } = await known(world);
    const { counter } = await count(world, target);
    const proof = world.event({ kind: "attempts", id, version: null }, { type: "proof-failed", subject: id });
    okOf(await world.store.attempts.settle({ tenant: world.tenant, method: "password", counter, succeeded: false, events: [proof] }));
    equal(
      (await read(world, { filter: { type: "proof-failed" } })).map(({ event }) => event),
      [proof],
    );
    const tokens = await started(world);
    await refreshed(world, tokens, 1);
    const { session } = tokens;
    equal(
      (await read(world, { filter: { kinds: ["session"] } })).map(({ event: { type, publisher, subject } }) => ({
        type,
        publisher,
        subject,
      })),
      [{ type: "session-refreshed", publisher: { kind: "session", id: session.id, version: null }, subject: session.account }],
    );
  },

  "what is not committed is not in it, and what was rolled back never is": async (world) => {
    const [planet, other] = [new Planet(world), new Planet(world)];
    const transaction = await world.begin();
    okOf(await transaction.flush(world.set([planet.part([{}])])));
    await transaction.rollback();
    equal(await read(world), []);
    const second = await world.begin();
    const part = other.part([{}, {}]);
    okOf(await second.flush(world.set([part])));
    okOf(await second.commit(world.record()));
    equal(idsOf(await read(world)), idsOf(part.events));
  },

  "each tenant has a log of its own": async (world) => {
    const other = world.elsewhere();
    const id = world.id();
    const [ours, theirs] = [await new Planet(world, id).publish(2), await new Planet(other, id).publish(1)];
    equal([idsOf(await read(world)), idsOf(await read(other))], [idsOf(ours), idsOf(theirs)]);
    equal([idsOf(await read(world, { filter: { kinds: ["planet"] } })), await read(world.elsewhere())], [idsOf(ours), []]);
  },
};
