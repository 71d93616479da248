import { check, equal, errOf, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { race, unique } from "./world.js";

export const versions: Group = {
  "an id that nobody has loads nothing": async (world) => {
    equal(await world.load({ kind: "planet", id: world.id() }), []);
  },

  "what was committed is loaded with its id, version and state": async (world) => {
    const id = world.id();
    await world.given(world.created(id, { state: { name: "Mars" }, events: 3 }));
    equal(await world.load({ kind: "planet", id }), [{ id, version: 3, state: { name: "Mars" } }]);
  },

  "an update from the stored version is written": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    await world.given(world.updated(id, 1, { state: { name: "Ares" }, events: 2 }));
    equal(await world.get(id), { id, version: 3, state: { name: "Ares" } });
  },

  "an update from a stale version is refused, names the aggregate, and changes nothing": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    await world.given(world.updated(id, 1, { state: { name: "first" } }));
    const late = world.updated(id, 1, { state: { name: "late" }, claimed: [unique("email", "late")] });
    const error = errOf(await world.commit(late), "concurrency-conflict");
    check(error.code === "concurrency-conflict", "is a lost race");
    equal(error.aggregates, [{ kind: "planet", id }]);
    equal(await world.get(id), { id, version: 2, state: { name: "first" } });
    equal((await world.history(id)).length, 2, "the number of events");
    equal(await world.holders(unique("email", "late")), []);
  },

  "an update from a version that is not reached yet is refused": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    errOf(await world.commit(world.updated(id, 2)), "concurrency-conflict");
    equal((await world.get(id))?.version, 1);
  },

  "an update of an aggregate that does not exist is refused, and makes none": async (world) => {
    const id = world.id();
    errOf(await world.commit(world.updated(id, 1)), "concurrency-conflict");
    await world.neverWas(id);
  },

  "a new aggregate with an id that is taken is refused, and changes nothing": async (world) => {
    const id = world.id();
    await world.given(world.created(id, { state: { name: "first" } }));
    const error = errOf(await world.commit(world.created(id, { state: { name: "second" } })), "id-taken");
    equal([error.code === "id-taken" && error.kind, error.code === "id-taken" && error.id], ["planet", id]);
    equal(await world.get(id), { id, version: 1, state: { name: "first" } });
    equal((await world.history(id)).length, 1, "the number of events");
  },

  "an id that is taken in one kind is free in another": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    await world.given(world.created(id, { kind: "moon", state: { name: "Moon" } }));
    equal(await world.get(id, "moon"), { id, version: 1, state: { name: "Moon" } });
    equal((await world.get(id))?.state, { name: "planet" });
  },

  "one stale aggregate refuses the whole change set": async (world) => {
    const [fresh, stale, late] = [world.id(), world.id(), world.id()];
    await world.given(world.created(fresh), world.created(stale));
    await world.given(world.updated(stale, 1));
    const parts = [world.updated(fresh, 1, { state: { name: "lost" } }), world.created(late), world.updated(stale, 1)];
    errOf(await world.commit(...parts), "concurrency-conflict");
    equal((await world.get(fresh))?.version, 1);
    await world.neverWas(late);
  },

  "a lost race is told before a taken identifier": async (world) => {
    const [holder, id] = [world.id(), world.id()];
    await world.given(world.created(holder, { claimed: [unique("email", "a")] }), world.created(id));
    await world.given(world.updated(id, 1));
    errOf(await world.commit(world.updated(id, 1, { claimed: [unique("email", "a")] })), "concurrency-conflict");
  },

  "a taken id is told before a taken identifier": async (world) => {
    const [holder, id] = [world.id(), world.id()];
    await world.given(world.created(holder, { claimed: [unique("email", "a")] }), world.created(id));
    errOf(await world.commit(world.created(id, { claimed: [unique("email", "a")] })), "id-taken");
  },

  "several aggregates are written in one commit": async (world) => {
    const [one, other] = [world.id(), world.id()];
    await world.given(world.created(one), world.created(other, { kind: "moon" }));
    await world.given(world.updated(one, 1), world.updated(other, 1, { kind: "moon" }));
    equal([(await world.get(one))?.version, (await world.get(other, "moon"))?.version], [2, 2]);
  },

  "of 50 writers from the same version one wins, and the others are told that they lost": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    const answers = await race(50, (index) => world.commit(world.updated(id, 1, { state: { name: `writer ${index}` } })));
    equal(answers.filter((answer) => answer.isOk()).length, 1, "the number of winners");
    for (const answer of answers) if (answer.isErr()) errOf(answer, "concurrency-conflict");
    const winner = answers.findIndex((answer) => answer.isOk());
    equal(await world.get(id), { id, version: 2, state: { name: `writer ${winner}` } });
    equal((await world.history(id)).length, 2, "the number of events");
  },

  "of 50 who create the same id one wins": async (world) => {
    const id = world.id();
    const answers = await race(50, () => world.commit(world.created(id)));
    equal(answers.filter((answer) => answer.isOk()).length, 1, "the number of winners");
    for (const answer of answers) if (answer.isErr()) errOf(answer, "id-taken");
    equal((await world.history(id)).length, 1, "the number of events");
  },

  "a change set without anything is committed": async (world) => {
    const record = world.record();
    okOf(await world.store.commit(world.set([]), record));
    equal(okOf(await world.store.settle(record.commitId, record.at)).status, "committed");
  },
};
