import { Secret } from "denizen";
import type { StoredEvent } from "denizen/ports";
import { check, equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { FAILED } from "./deliveries/handled.js";
import { Planet } from "./deliveries/planet.js";
import { idsOf, subscribed } from "./deliveries/subscriber.js";
import { count } from "./guesses.js";
import { read } from "./log.js";
import { opened, signedUp, userPart } from "./people.js";
import { isOver, list, opens, started } from "./session-calls.js";
import { put } from "./vault.js";
import { unique } from "./world.js";
import type { Part, World } from "./world.js";

const personal = { email: "ada@example.com" };

/** Commits parts, and forgets these persons. */
async function erase(world: World, persons: readonly string[], ...parts: readonly Part[]): Promise<void> {
  okOf(await world.store.commit({ ...world.set(parts), erased: persons }, world.record()), "the erasing commit");
}

const about = (world: World, id: string, subject: string | null): Promise<readonly StoredEvent[]> =>
  new Planet(world, id).publish(2, { subject, personal });

const emptied = (events: readonly StoredEvent[]): readonly StoredEvent[] => events.map((event) => ({ ...event, personal: null }));

const logged = async (world: World): Promise<readonly StoredEvent[]> => (await read(world)).map(({ event }) => event);

export const erasure: Group = {
  "what is personal in the events about a person becomes null, and nothing else of them changes": async (world) => {
    const [ada, planet, moon] = [world.id(), world.id(), world.id()];
    const events = [...(await about(world, planet, ada)), ...(await about(world, moon, ada))];
    equal(await logged(world), events);
    await erase(world, [ada]);
    equal(await logged(world), emptied(events));
    equal([await world.history(planet), await world.history(moon)], [emptied(events.slice(0, 2)), emptied(events.slice(2))]);
  },

  "what guards told about the person is emptied too": async (world) => {
    const ada = world.id();
    const event = world.event({ kind: "attempts", id: ada, version: null }, { subject: ada, personal });
    okOf(await world.store.attempts.settle({ tenant: world.tenant, method: "password", counter: "c", succeeded: false, events: [event] }));
    await erase(world, [ada]);
    equal(await logged(world), emptied([event]));
  },

  "events about others, about nobody, and of another tenant stay as they are": async (world) => {
    const [ada, other] = [world.id(), world.elsewhere()];
    const events = [
      ...(await about(world, ada, "grace")),
      ...(await about(world, world.id(), null)),
      ...(await about(world, world.id(), `${ada}0`)),
    ];
    const theirs = await about(other, world.id(), ada);
    await erase(world, [ada]);
    equal([await logged(world), await logged(other)], [events, theirs]);
  },

  "several persons are forgotten at once": async (world) => {
    const persons = [world.id(), world.id(), world.id()];
    const events: StoredEvent[] = [];
    for (const person of persons) events.push(...(await about(world, world.id(), person)));
    await erase(world, persons.slice(0, 2));
    equal(await logged(world), [...emptied(events.slice(0, 4)), ...events.slice(4)]);
  },

  "what the same commit tells about the person is emptied as well, and what comes later is not": async (world) => {
    const ada = world.id();
    const planet = new Planet(world);
    const [before, same] = [planet.part([{ subject: ada, personal }]), planet.part([{ subject: ada, personal }])];
    await world.given(before);
    await erase(world, [ada], same);
    const later = await planet.publish(1, { subject: ada, personal });
    equal(await logged(world), [...emptied([...before.events, ...same.events]), ...later]);
  },

  "in a transaction it happens with the commit, also to what was flushed before": async (world) => {
    const ada = world.id();
    const planet = new Planet(world);
    const before = await planet.publish(1, { subject: ada, personal });
    const part = planet.part([{ subject: ada, personal }]);
    const transaction = await world.begin();
    okOf(await transaction.flush(world.set([part])));
    okOf(await transaction.flush({ ...world.set([]), erased: [ada] }));
    okOf(await transaction.commit(world.record()));
    equal(await logged(world), emptied([...before, ...part.events]));
  },

  "a transaction that is rolled back has forgotten nobody": async (world) => {
    const tokens = await started(world);
    const { account } = tokens.session;
    const events = await about(world, world.id(), account);
    const transaction = await world.begin();
    okOf(await transaction.flush({ ...world.set([]), erased: [account] }));
    await transaction.rollback();
    equal(await logged(world).then((all) => all.filter(({ publisher }) => publisher.kind === "planet")), events);
    equal((await list(world, account)).length, 1, "the number of sessions");
  },

  "a commit that fails has forgotten nobody": async (world) => {
    const [ada, id] = [world.id(), world.id()];
    const events = await about(world, id, ada);
    const refused = await world.store.commit({ ...world.set([world.updated(id, 1)]), erased: [ada] }, world.record());
    check(refused.isErr(), "the commit is refused");
    equal(await logged(world), events);
  },

  "the person's sessions are removed, live or over, and nobody else's": async (world) => {
    const [one, other] = [await started(world), await started(world)];
    const second = await started(world, one.session.account);
    await erase(world, [one.session.account]);
    equal(await list(world, one.session.account), []);
    for (const tokens of [one, second]) await isOver(world, tokens, 1);
    equal(await opens(world, other, 1), other.session);
    const again = { ...one, tenant: world.tenant, events: [] };
    check(okOf(await world.store.sessions.start(again)), "the names of its sessions are free again");
  },

  "sessions of the same person's id in another tenant stay": async (world) => {
    const other = world.elsewhere();
    const account = await opened(world);
    await opened(other, {}, account);
    const [ours, theirs] = [await started(world, account), await started(other, account)];
    await erase(world, [account]);
    equal([await opens(world, ours, 1), await opens(other, theirs, 1)], [undefined, theirs.session]);
  },

  "the person's counters of guesses are removed, of all methods and devices, and nobody else's": async (world) => {
    // One is the beginning of another, and some would match others as a pattern.
    const ids = ["ada_1", "ada%", "adaX1", "ada_1x", world.id()];
    for (const id of ids) await world.given(userPart(world, id));
    const guesses = async (id: string): Promise<readonly number[]> => {
      const counts: number[] = [];
      for (const parts of [{}, { method: "totp" }, { device: { holder: id, name: "phone" } }]) {
        counts.push((await count(world, { kind: "user", id }, parts)).count);
      }
      return counts;
    };
    for (const id of ids) equal(await guesses(id), [1, 1, 1]);
    await erase(world, ["ada_1", "ada%"]);
    for (const id of ids) equal(await guesses(id), ["ada_1", "ada%"].includes(id) ? [1, 1, 1] : [2, 2, 2], `the counters of ${id}`);
  },

  "counters of the same person's id in another tenant, and of strangers, stay": async (world) => {
    const [other, ada] = [world.elsewhere(), world.id()];
    await world.given(userPart(world, ada));
    await other.given(userPart(other, ada));
    const stranger = { kind: "user", identifier: unique("email", "nobody@example.com") };
    for (const one of [world, other]) await count(one, { kind: "user", id: ada });
    await count(world, stranger, { stranger: "stranger:ada" });
    await erase(world, [ada]);
    equal((await count(other, { kind: "user", id: ada })).count, 2);
    equal((await count(world, stranger, { stranger: "stranger:ada" })).count, 2);
    equal((await count(world, { kind: "user", id: ada })).count, 1);
  },

  "what deliveries of events about the person failed by is told by its code alone": subscribed(async (world, subscriber) => {
    const ada = world.id();
    const [hers, others] = [await about(world, world.id(), ada), await about(world, world.id(), "grace")];
    await subscriber.deliver({ failing: [...hers.slice(0, 1), ...others.slice(0, 1)], delay: null });
    await erase(world, [ada]);
    equal(
      (await subscriber.deadLetters()).map(({ event, error, attempts, behind }) => ({ event, error, attempts, behind })),
      [
        { event: { ...hers[0], personal: null }, error: { ...FAILED, message: "" }, attempts: 1, behind: 1 },
        { event: others[0], error: FAILED, attempts: 1, behind: 1 },
      ],
    );
    equal((await subscriber.status()).waiting, 2);
  }),

  "an event that is delivered after its person was forgotten has nothing personal": subscribed(async (world, subscriber) => {
    const ada = world.id();
    const events = await about(world, world.id(), ada);
    await erase(world, [ada]);
    equal(await subscriber.deliver(), emptied(events));
  }),

  "aggregates, identifiers and secrets are the commit's own business": async (world) => {
    const credential = world.id();
    const ada = await signedUp(world, { emails: ["ada@example.com"] });
    okOf(await world.store.commit(world.set([], [put(credential, ada, "secret")]), world.record()));
    const before = [await world.get(ada, "user"), await world.get(ada, "account")];
    await erase(world, [ada]);
    equal([await world.get(ada, "user"), await world.get(ada, "account")], before);
    equal(await world.holders(unique("email", "ada@example.com"), "user"), [ada]);
    equal(okOf(await world.store.vault.read(world.tenant, credential))?.secret.reveal(), new Secret("secret").reveal());
  },

  "nobody is forgotten where nobody is named, and who is unknown can be": async (world) => {
    const events = await about(world, world.id(), "ada");
    await erase(world, []);
    await erase(world, [world.id()]);
    equal(idsOf(await logged(world)), idsOf(events));
    equal(await logged(world), events);
  },
};
