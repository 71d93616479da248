import { equal, errOf } from "../assertions.js";
import type { Group } from "./case.js";
import { unique } from "./world.js";

export const events: Group = {
  "the events of a commit are in the history, whole and with their personal fields apart": async (world) => {
    const id = world.id();
    const part = world.created(id);
    const event = world.event(
      { kind: "planet", id, version: 1 },
      {
        type: "planet-formed",
        version: 7,
        occurredAt: "2026-02-03T04:05:06.789Z",
        subject: "someone",
        payload: { mass: 1.5, rings: [], moons: ["Phobos"], core: { iron: null } },
        personal: { discoverer: "Galileo 🪐" },
      },
    );
    const metadata = { ...event.metadata, causationId: "cause", trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
    await world.given({ ...part, events: [{ ...event, metadata }] });
    equal(await world.history(id), [{ ...event, metadata }]);
  },

  "what has nothing personal says so, and what is erased keeps its shape": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    const [event] = await world.history(id);
    equal(event?.personal, null, "the personal part");
    equal(event?.payload, { step: 1 }, "the payload");
  },

  "a history is in order of versions, over many commits": async (world) => {
    const id = world.id();
    await world.given(world.created(id, { events: 3 }));
    for (let version = 3; version < 30; version += 3) await world.given(world.updated(id, version, { events: 3 }));
    equal(
      (await world.history(id)).map(({ publisher }) => publisher.version),
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
  },

  "a history can be read from a version on": async (world) => {
    const id = world.id();
    await world.given(world.created(id, { events: 5 }));
    const versions = async (after: number) => (await world.history(id, after)).map(({ publisher }) => publisher.version);
    equal([await versions(0), await versions(3), await versions(5)], [[1, 2, 3, 4, 5], [4, 5], []]);
  },

  "each aggregate has a history of its own, also under the id of another kind": async (world) => {
    const id = world.id();
    await world.given(world.created(id, { events: 2 }), world.created(id, { kind: "moon" }));
    equal([(await world.history(id)).length, (await world.history(id, 0, "moon")).length], [2, 1]);
    equal(await world.history(world.id()), []);
  },

  "a commit that fails appends no event, whatever it failed by": async (world) => {
    const [id, other] = [world.id(), world.id()];
    await world.given(world.created(id, { claimed: [unique("email", "a")] }), world.created(other));
    await world.given(world.updated(id, 1, { claimed: [unique("email", "b")] }));
    errOf(await world.commit(world.updated(other, 1), world.updated(id, 1)), "concurrency-conflict");
    errOf(await world.commit(world.updated(id, 2), world.updated(other, 1, { claimed: [unique("email", "a")] })), "identifier-taken");
    errOf(await world.commit(world.updated(id, 2), world.created(other)), "id-taken");
    equal([(await world.history(id)).length, (await world.history(other)).length], [2, 1]);
  },
};
