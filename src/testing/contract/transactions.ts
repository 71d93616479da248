import { check, equal, errOf, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { put } from "./vault.js";
import { answerSoFar, race, shared, unique } from "./world.js";

const mars = { name: "Mars" };

export const transactions: Group = {
  "nothing is visible to others before the commit, and everything after it": async (world) => {
    const id = world.id();
    const transaction = await world.begin();
    okOf(await transaction.flush(world.set([world.created(id, { state: mars, claimed: [unique("email", "a")] })])));
    // A store with a single connection answers when the transaction has ended.
    const [early, byEmail] = [world.get(id), world.holders(unique("email", "a"))];
    const seen = [await answerSoFar(early), await answerSoFar(byEmail)];
    check(seen[0] === undefined, "the aggregate is not visible yet");
    equal(seen[1] ?? [], [], "the holders before the commit");
    okOf(await transaction.commit(world.record()));
    equal(await world.get(id), { id, version: 1, state: mars });
    equal(await world.holders(unique("email", "a")), [id]);
    equal((await world.history(id)).length, 1, "the number of events");
  },

  "a transaction sees what it has flushed, by id and by identifier": async (world) => {
    const id = world.id();
    const transaction = await world.begin();
    okOf(await transaction.flush(world.set([world.created(id, { state: mars, claimed: [unique("email", "a"), shared("name", "mars")] })])));
    const found = { id, version: 1, state: mars };
    const load = async (lookup: Parameters<typeof transaction.load>[1]) => okOf(await transaction.load(world.tenant, lookup, { limit: 2 }));
    equal(await load({ kind: "planet", id }), [found]);
    equal(await load({ kind: "planet", identifier: unique("email", "a") }), [found]);
    equal(await load({ kind: "planet", identifier: shared("name", "mars") }), [found]);
    await transaction.rollback();
  },

  "a rollback leaves everything as it was": async (world) => {
    const [id, late, credential] = [world.id(), world.id(), world.id()];
    const before = world.created(id, { state: mars, claimed: [unique("email", "a"), shared("name", "mars")] });
    okOf(await world.store.commit(world.set([before], [put(credential, id, "secret")]), world.record()));
    const transaction = await world.begin();
    const released = [unique("email", "a"), shared("name", "mars")];
    const changes = world.set(
      [world.updated(id, 1, { released }), world.created(late, { claimed: [unique("email", "a"), unique("email", "b")] })],
      [{ drop: credential }, put(world.id(), late, "late")],
    );
    okOf(await transaction.flush(changes));
    await transaction.rollback();
    equal(await world.get(id), { id, version: 1, state: mars });
    equal((await world.history(id)).length, 1, "the number of events");
    equal(await world.holders(unique("email", "a")), [id]);
    equal(await world.holders(shared("name", "mars")), [id]);
    equal(await world.holders(unique("email", "b")), []);
    check(okOf(await world.store.vault.read(world.tenant, credential)) !== undefined, "the material is still there");
    await world.neverWas(late);
    await world.given(world.updated(id, 1));
  },

  "several flushes are one commit": async (world) => {
    const [id, other] = [world.id(), world.id()];
    const transaction = await world.begin();
    okOf(await transaction.flush(world.set([world.created(id)])));
    okOf(await transaction.flush(world.set([world.updated(id, 1, { state: mars }), world.created(other)])));
    const record = world.record();
    const position = okOf(await transaction.commit(record));
    equal(await world.get(id), { id, version: 2, state: mars });
    equal(
      (await world.history(id)).map(({ publisher }) => publisher.version),
      [1, 2],
    );
    equal(okOf(await world.store.settle(record.commitId, record.at)), { status: "committed", position });
  },

  "what an earlier flush released a later one may claim": async (world) => {
    const [id, other] = [world.id(), world.id()];
    await world.given(world.created(id, { claimed: [unique("email", "a")] }));
    const transaction = await world.begin();
    okOf(await transaction.flush(world.set([world.updated(id, 1, { released: [unique("email", "a")] })])));
    okOf(await transaction.flush(world.set([world.created(other, { claimed: [unique("email", "a")] })])));
    okOf(await transaction.commit(world.record()));
    equal(await world.holders(unique("email", "a")), [other]);
  },

  "a transaction in which nothing was flushed may be committed, or rolled back": async (world) => {
    const [committed, forgotten] = [await world.begin(), world.record()];
    okOf(await committed.commit(forgotten));
    equal(okOf(await world.store.settle(forgotten.commitId, forgotten.at)).status, "committed");
    await (await world.begin()).rollback();
  },

  "a flush that fails is told by its error, and a rollback leaves everything as it was": async (world) => {
    const [id, late] = [world.id(), world.id()];
    await world.given(world.created(id, { claimed: [unique("email", "a")] }));
    for (const [parts, code] of [
      [[world.created(late), world.created(id)], "id-taken"],
      [[world.created(late), world.updated(id, 5)], "concurrency-conflict"],
      [[world.updated(id, 1), world.created(late, { claimed: [unique("email", "a")] })], "identifier-taken"],
    ] as const) {
      const transaction = await world.begin();
      errOf(await transaction.flush(world.set(parts)), code);
      await transaction.rollback();
      await world.neverWas(late);
      equal((await world.get(id))?.version, 1, "the version after the rollback");
    }
    await world.given(world.updated(id, 1));
  },

  "a version that was stale when the flush came is refused": async (world) => {
    const id = world.id();
    await world.given(world.created(id));
    const transaction = await world.begin();
    okOf(await transaction.load(world.tenant, { kind: "planet", id }, { limit: 1 }));
    const rival = world.commit(world.updated(id, 1));
    const early = await answerSoFar(rival);
    if (early === undefined) {
      // A single connection: the rival comes second.
      okOf(await transaction.flush(world.set([world.updated(id, 1)])));
      okOf(await transaction.commit(world.record()));
      errOf(await rival, "concurrency-conflict", "store-busy");
    } else {
      okOf(early);
      errOf(await transaction.flush(world.set([world.updated(id, 1)])), "concurrency-conflict");
      await transaction.rollback();
    }
    equal((await world.get(id))?.version, 2);
  },

  "who claims what an open transaction has claimed waits, and is refused when that one commits": async (world) => {
    const [one, other] = [world.id(), world.id()];
    const first = await world.begin();
    okOf(await first.flush(world.set([world.created(one, { claimed: [unique("email", "a")] })])));
    const rival = world.transact(world.set([world.created(other, { claimed: [unique("email", "a")] })]));
    check((await answerSoFar(rival))?.isOk() !== true, "the rival has not won");
    okOf(await first.commit(world.record()));
    errOf(await rival, "identifier-taken", "store-busy");
    equal(await world.holders(unique("email", "a")), [one]);
    await world.neverWas(other);
  },

  "who claims what an open transaction has claimed gets it when that one is rolled back": async (world) => {
    const [one, other] = [world.id(), world.id()];
    const first = await world.begin();
    okOf(await first.flush(world.set([world.created(one, { claimed: [unique("email", "a")] })])));
    const rival = world.transact(world.set([world.created(other, { claimed: [unique("email", "a")] })]));
    check((await answerSoFar(rival))?.isOk() !== true, "the rival has not won yet");
    await first.rollback();
    okOf(await rival);
    equal(await world.holders(unique("email", "a")), [other]);
    await world.neverWas(one);
  },

  "of 50 transactions that claim the same one wins, and the others get a typed error": async (world) => {
    const ids = Array.from({ length: 50 }, () => world.id());
    const answers = await race(50, (index) =>
      world.transact(world.set([world.created(ids[index] ?? "", { claimed: [unique("email", "a")] })])),
    );
    equal(answers.filter((answer) => answer.isOk()).length, 1, "the number of winners");
    for (const [index, answer] of answers.entries()) {
      if (answer.isOk()) continue;
      errOf(answer, "identifier-taken", "store-busy");
      await world.neverWas(ids[index] ?? "");
    }
  },

  "50 transactions that claim a shared identifier at once all hold it": async (world) => {
    const ids = Array.from({ length: 50 }, () => world.id());
    const answers = await race(50, (index) =>
      world.transact(world.set([world.created(ids[index] ?? "", { claimed: [shared("name", "mars")] })])),
    );
    const winners = ids.filter((_, index) => answers[index]?.isOk());
    for (const answer of answers) if (answer.isErr()) errOf(answer, "store-busy");
    equal(await world.holders(shared("name", "mars")), winners.sort());
  },
};
