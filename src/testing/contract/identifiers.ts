import { check, equal, errOf } from "../assertions.js";
import type { Group } from "./case.js";
import { race, shared, unique } from "./world.js";
import type { World } from "./world.js";

const email = (key: string) => unique("email", key);
const name = (key: string) => shared("name", key);

async function holderOf(world: World, key: string): Promise<string> {
  const id = world.id();
  await world.given(world.created(id, { claimed: [email(key)] }));
  return id;
}

export const identifiers: Group = {
  "a claimed identifier finds its aggregate, and nothing else does": async (world) => {
    const id = await holderOf(world, "a");
    equal(await world.holders(email("a")), [id]);
    equal(await world.holders(email("b")), []);
    equal(await world.holders(unique("phone", "a")), []);
    equal(await world.holders(email("a"), "moon"), []);
  },

  "a taken identifier is refused by name, and nothing is left of who claimed it": async (world) => {
    const holder = await holderOf(world, "a");
    const id = world.id();
    const error = errOf(await world.commit(world.created(id, { claimed: [email("b"), email("a")] })), "identifier-taken");
    check(error.code === "identifier-taken", "names the identifier");
    equal([error.aggregate, error.kind, error.key], ["planet", "email", "a"]);
    await world.neverWas(id);
    equal(await world.holders(email("b")), []);
    equal(await world.holders(email("a")), [holder]);
  },

  "an identifier is unique within its kind, the kind of aggregate and the tenant, and free outside": async (world) => {
    await holderOf(world, "a");
    const [other, moon] = [world.id(), world.id()];
    await world.given(world.created(other, { claimed: [unique("username", "a")] }));
    await world.given(world.created(moon, { kind: "moon", claimed: [email("a")] }));
    equal(await world.holders(email("a"), "moon"), [moon]);
    await holderOf(world.elsewhere(), "a");
  },

  "two keys are the same exactly when they are the same text: what is alike is the canonical key's business": async (world) => {
    for (const key of [
      "a",
      "A",
      "a ",
      "\u00e9",
      "e\u0301",
      "ß",
      "ss",
      "%",
      "_",
      "'",
      '"',
      "\\",
      "a,b",
      "(a)",
      "日本",
      "𝒜",
      "x".repeat(255),
    ]) {
      const id = await holderOf(world, key);
      equal(await world.holders(email(key)), [id], `the holder of ${JSON.stringify(key)}`);
    }
  },

  "a released identifier finds nobody and is free for others": async (world) => {
    const first = await holderOf(world, "a");
    await world.given(world.updated(first, 1, { released: [email("a")] }));
    equal(await world.holders(email("a")), []);
    equal(await world.holders(email("a")), []);
    const second = await holderOf(world, "a");
    equal(await world.holders(email("a")), [second]);
  },

  "what one aggregate releases another may claim in the same change set, whichever comes first": async (world) => {
    const first = await holderOf(world, "a");
    const [second, third] = [world.id(), world.id()];
    await world.given(world.updated(first, 1, { released: [email("a")] }), world.created(second, { claimed: [email("a")] }));
    equal(await world.holders(email("a")), [second]);
    await world.given(world.created(third, { claimed: [email("a")] }), world.updated(second, 1, { released: [email("a")] }));
    equal(await world.holders(email("a")), [third]);
  },

  "two aggregates may swap their identifiers in one change set": async (world) => {
    const [one, other] = [await holderOf(world, "a"), await holderOf(world, "b")];
    await world.given(
      world.updated(one, 1, { released: [email("a")], claimed: [email("b")] }),
      world.updated(other, 1, { released: [email("b")], claimed: [email("a")] }),
    );
    equal([await world.holders(email("a")), await world.holders(email("b"))], [[other], [one]]);
  },

  "whoever loses a race releases nothing": async (world) => {
    const id = await holderOf(world, "a");
    await world.given(world.updated(id, 1));
    errOf(await world.commit(world.updated(id, 1, { released: [email("a")] })), "concurrency-conflict");
    equal(await world.holders(email("a")), [id]);
  },

  "two of one change set cannot claim the same": async (world) => {
    const [one, other] = [world.id(), world.id()];
    const parts = [world.created(one, { claimed: [email("a")] }), world.created(other, { claimed: [email("a")] })];
    errOf(await world.commit(...parts), "identifier-taken");
    await world.neverWas(one);
    await world.neverWas(other);
  },

  "of 50 claimants at once one wins, the others are told which identifier, and leave no row": async (world) => {
    const ids = Array.from({ length: 50 }, () => world.id());
    const answers = await race(50, (index) => world.commit(world.created(ids[index] ?? "", { claimed: [email("a")] })));
    equal(answers.filter((answer) => answer.isOk()).length, 1, "the number of winners");
    const [holder] = await world.holders(email("a"));
    for (const [index, answer] of answers.entries()) {
      if (answer.isOk()) equal(ids[index], holder);
      else {
        errOf(answer, "identifier-taken");
        await world.neverWas(ids[index] ?? "");
      }
    }
  },

  "a shared identifier has several holders, in order of their ids, and no more than are asked for": async (world) => {
    const ids = [world.id(), world.id(), world.id()].sort();
    for (const id of [...ids].reverse()) await world.given(world.created(id, { claimed: [name("mars")] }));
    equal(await world.holders(name("mars")), ids);
    equal(
      (await world.load({ kind: "planet", identifier: name("mars") }, 2)).map(({ id }) => id),
      ids.slice(0, 2),
    );
  },

  "who gives up a shared identifier leaves the others theirs": async (world) => {
    const [one, other] = [world.id(), world.id()];
    await world.given(world.created(one, { claimed: [name("mars")] }), world.created(other, { claimed: [name("mars")] }));
    await world.given(world.updated(one, 1, { released: [name("mars")] }));
    equal(await world.holders(name("mars")), [other]);
    await world.given(world.updated(other, 1, { released: [name("mars")] }));
    equal(await world.holders(name("mars")), []);
  },

  "50 who claim a shared identifier at once all hold it": async (world) => {
    const ids = Array.from({ length: 50 }, () => world.id());
    const answers = await race(50, (index) => world.commit(world.created(ids[index] ?? "", { claimed: [name("mars")] })));
    equal(answers.filter((answer) => answer.isOk()).length, 50, "the number of holders");
    equal(await world.holders(name("mars")), [...ids].sort());
  },
};
