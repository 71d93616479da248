import { check, equal, errOf, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { answerSoFar, AT, race } from "./world.js";

export const outcomes: Group = {
  "a commit that happened is settled as committed, at its position, as often as one asks": async (world) => {
    const record = world.record();
    const position = okOf(await world.store.commit(world.set([world.created(world.id())]), record));
    check(position !== "", "a commit has a position");
    for (let time = 0; time < 3; time++) equal(okOf(await world.store.settle(record.commitId, AT)), { status: "committed", position });
  },

  "a commit that nobody has seen is settled as rolled back, and can never arrive late": async (world) => {
    const [id, record] = [world.id(), world.record()];
    equal(okOf(await world.store.settle(record.commitId, AT)), { status: "rolled-back" });
    const late = errOf(await world.store.commit(world.set([world.created(id)]), record), "commit-outcome-unknown");
    check(late.code === "commit-outcome-unknown" && late.commitId === record.commitId, "names the commit");
    await world.neverWas(id);
    equal(okOf(await world.store.settle(record.commitId, AT)), { status: "rolled-back" });
  },

  "an open transaction whose commit was settled in the meantime is refused, and leaves nothing": async (world) => {
    const [id, record] = [world.id(), world.record()];
    const transaction = await world.begin();
    okOf(await transaction.flush(world.set([world.created(id)])));
    const settled = world.store.settle(record.commitId, AT);
    // A store with a single connection settles when the transaction has ended.
    const early = (await answerSoFar(settled)) !== undefined;
    const committed = await transaction.commit(record);
    const status = okOf(await settled).status;
    equal(status, committed.isOk() ? "committed" : "rolled-back");
    if (early) equal(status, "rolled-back");
    if (committed.isErr()) {
      errOf(committed, "commit-outcome-unknown");
      await world.neverWas(id);
    }
  },

  "a commit that failed is settled as rolled back": async (world) => {
    const [id, record] = [world.id(), world.record()];
    await world.given(world.created(id));
    errOf(await world.store.commit(world.set([world.created(id)]), record), "id-taken");
    equal(okOf(await world.store.settle(record.commitId, AT)), { status: "rolled-back" });
  },

  "in a race of a commit and its settlement both tell the same": async (world) => {
    for (let round = 0; round < 20; round++) {
      const [id, record] = [world.id(), world.record()];
      const [committed, settled] = await Promise.all([
        world.store.commit(world.set([world.created(id)]), record),
        world.store.settle(record.commitId, AT),
      ]);
      equal(okOf(settled).status, committed.isOk() ? "committed" : "rolled-back");
      equal((await world.get(id)) !== undefined, committed.isOk(), "whether it is there");
    }
  },

  "the same commit id is committed once": async (world) => {
    const record = world.record();
    const answers = await race(20, () => world.store.commit(world.set([world.created(world.id())]), record));
    equal(answers.filter((answer) => answer.isOk()).length, 1, "the number of commits");
    for (const answer of answers) if (answer.isErr()) errOf(answer, "commit-outcome-unknown");
  },
};
