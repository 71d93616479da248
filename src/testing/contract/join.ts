import type { Session, Store, StoreTransaction } from "denizen/ports";
import { check, equal, errOf, okOf } from "../assertions.js";
import type { ContractCase } from "./case.js";
import { answerSoFar, unique, World } from "./world.js";

/** A store that can join the host's transactions, and the host's way to open one: committed when `work` resolves, rolled back when it rejects. */
export interface Joinable<Tx> {
  readonly store: Store<Tx>;
  transaction(work: (tx: Tx) => Promise<void>): Promise<void>;
}

interface Host {
  readonly world: World;
  /** Runs the work in a transaction of the host's and ends it; the sessions are the store's, joined to it. */
  within(ending: "commit" | "rollback", work: (session: Session<unknown>) => Promise<void>): Promise<void>;
}

async function flushed(session: Session<unknown>, changes: Parameters<StoreTransaction<unknown>["flush"]>[0]) {
  const transaction = okOf(await session.begin(), "begin");
  return { transaction, outcome: await transaction.flush(changes) };
}

const sentences: Readonly<Record<string, (host: Host) => Promise<void>>> = {
  "what was committed inside is there when the host commits, and not before": async ({ world, within }) => {
    const id = world.id();
    await within("commit", async (session) => {
      const { transaction, outcome } = await flushed(session, world.set([world.created(id)]));
      okOf(outcome);
      okOf(await transaction.commit(world.record()));
      // A store with a single connection answers when the host's transaction has ended.
      equal(await answerSoFar(world.get(id)), undefined, "what others see before the host's commit");
    });
    equal((await world.get(id))?.version, 1);
    equal((await world.history(id)).length, 1, "the number of events");
  },

  "what was committed inside is gone when the host rolls back": async ({ world, within }) => {
    const [id, record] = [world.id(), world.record()];
    await within("rollback", async (session) => {
      const { transaction } = await flushed(session, world.set([world.created(id, { claimed: [unique("email", "a")] })]));
      okOf(await transaction.commit(record));
    });
    await world.neverWas(id);
    equal(await world.holders(unique("email", "a")), []);
    equal(okOf(await world.store.settle(record.commitId, record.at)).status, "rolled-back");
  },

  "a rollback inside undoes that part alone": async ({ world, within }) => {
    const [kept, undone] = [world.id(), world.id()];
    await within("commit", async (session) => {
      const first = await flushed(session, world.set([world.created(kept)]));
      okOf(await first.transaction.commit(world.record()));
      const second = await flushed(session, world.set([world.created(undone)]));
      await second.transaction.rollback();
    });
    equal((await world.get(kept))?.version, 1);
    await world.neverWas(undone);
  },

  "a flush that failed inside leaves the host's transaction usable": async ({ world, within }) => {
    const [holder, refused, after] = [world.id(), world.id(), world.id()];
    await world.given(world.created(holder, { claimed: [unique("email", "a")] }));
    await within("commit", async (session) => {
      const first = await flushed(session, world.set([world.created(refused, { claimed: [unique("email", "a")] })]));
      errOf(first.outcome, "identifier-taken");
      await first.transaction.rollback();
      const second = await flushed(session, world.set([world.created(after)]));
      okOf(second.outcome);
      okOf(await second.transaction.commit(world.record()));
    });
    await world.neverWas(refused);
    equal((await world.get(after))?.version, 1);
  },

  "loads inside see what the host's transaction has written": async ({ world, within }) => {
    const id = world.id();
    await within("rollback", async (session) => {
      const { transaction } = await flushed(session, world.set([world.created(id)]));
      okOf(await transaction.commit(world.record()));
      equal(okOf(await session.load(world.tenant, { kind: "planet", id }, { limit: 1 })).length, 1, "the number found");
    });
  },
};

/** What a store that has `join` promises besides; each case opens its own, or gets the one that all share. */
export const joinContract = <Tx>(open: () => Promise<Joinable<Tx>>): readonly ContractCase[] =>
  Object.entries(sentences).map(([sentence, run]) => ({
    name: `joined to the host's transaction: ${sentence}`,
    run: async () => {
      const { store, transaction } = await open();
      const within: Host["within"] = async (ending, work) => {
        const undo = new Error("the host rolls back");
        try {
          await transaction(async (tx) => {
            const session = store.join?.(tx);
            check(session !== undefined, "the store has join");
            await work(session);
            if (ending === "rollback") throw undo;
          });
        } catch (thrown) {
          if (thrown !== undo) throw thrown;
        }
      };
      await run({ world: new World(store), within });
    },
  }));
