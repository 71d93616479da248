import type { Json } from "denizen";
import type { CommandOutcome } from "denizen/ports";
import { check, equal, errOf, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { race } from "./world.js";
import type { World } from "./world.js";

const command = (id: string, outcome: Json = null, actor = "user:1") => ({ actor, id, outcome });

const find = async (world: World, id: string, actor = "user:1"): Promise<CommandOutcome | undefined> =>
  okOf(await world.store.findCommand(world.tenant, actor, id), "findCommand");

export const commands: Group = {
  "a command that was committed is found, with commit, position and outcome": async (world) => {
    const record = world.record(command("c", { answer: [42, null, "é"] }));
    const position = okOf(await world.store.commit(world.set([world.created(world.id())]), record));
    equal(await find(world, "c"), { commitId: record.commitId, position, outcome: { answer: [42, null, "é"] } });
    equal(await find(world, "d"), undefined, "another command");
  },

  "a command that failed is not found": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    errOf(await world.store.commit(world.set([world.created(id)]), world.record(command("c"))), "id-taken");
    equal(await find(world, "c"), undefined, "the command");
  },

  "a repeated command writes nothing, and is answered with the first one's outcome": async (world) => {
    const [first, second] = [world.id(), world.id()];
    const record = world.record(command("c", "first"));
    const position = okOf(await world.store.commit(world.set([world.created(first)]), record));
    const again = await world.store.commit(world.set([world.created(second)]), world.record(command("c", "second")));
    const error = errOf(again, "command-repeated");
    check(error.code === "command-repeated", "is a repetition");
    equal(error.record, { commitId: record.commitId, position, outcome: "first" });
    await world.neverWas(second);
  },

  "a repeated command is told in an open transaction too, and leaves nothing": async (world) => {
    const second = world.id();
    okOf(await world.store.commit(world.set([world.created(world.id())]), world.record(command("c", "first"))));
    const error = errOf(await world.transact(world.set([world.created(second)]), world.record(command("c", "second"))), "command-repeated");
    check(error.code === "command-repeated" && error.record.outcome === "first", "is answered with the first one's outcome");
    await world.neverWas(second);
    await world.given(world.created(second));
  },

  "two actors and two tenants have commands of their own": async (world) => {
    const other = world.elsewhere();
    okOf(await world.store.commit(world.set([]), world.record(command("c", "first"))));
    okOf(await world.store.commit(world.set([]), world.record(command("c", "second", "user:2"))));
    okOf(await other.store.commit(other.set([]), other.record(command("c", "third"))));
    const outcomes = [await find(world, "c"), await find(world, "c", "user:2"), await find(other, "c")];
    equal(
      outcomes.map((found) => found?.outcome),
      ["first", "second", "third"],
    );
  },

  "of 20 repetitions at once one has an effect, and all others get its outcome": async (world) => {
    const ids = Array.from({ length: 20 }, () => world.id());
    const answers = await race(20, (index) =>
      world.store.commit(world.set([world.created(ids[index] ?? "")]), world.record(command("c", index))),
    );
    const winner = answers.findIndex((answer) => answer.isOk());
    equal(answers.filter((answer) => answer.isOk()).length, 1, "the number of effects");
    for (const [index, answer] of answers.entries()) {
      if (answer.isOk()) continue;
      const error = errOf(answer, "command-repeated");
      check(error.code === "command-repeated", "is a repetition");
      equal(error.record.outcome, winner, "the outcome");
      await world.neverWas(ids[index] ?? "");
    }
  },
};
