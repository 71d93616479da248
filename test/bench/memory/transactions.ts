import { memory } from "denizen/memory";
import type { StoreTransaction } from "denizen/ports";
import { cpuPerCall, interleaved, isShort, median, microseconds, printTable, ratios, spread } from "../harness/measure.js";
import { plainMaps } from "./plain-maps.js";
import { atLeast, judged, targetText } from "../harness/targets.js";
import { unwrap } from "../subjects/subject.js";
import { storyTold, toldOf } from "./told.js";
import type { Story, Told } from "./told.js";

const TARGET = atLeast(0.7);
const [ROUNDS, BATCH] = isShort ? [4, 500] : [12, 2000];

interface Contestant {
  commit(told: Told): Promise<unknown>;
  load(id: string): Promise<unknown>;
}

function onMaps(): Contestant {
  const maps = plainMaps();
  return {
    commit: ({ changes, record }) => maps.commit(changes, record),
    load: (id) => maps.load("user", id),
  };
}

function onStore(): Contestant {
  const store = memory();
  return {
    commit: async ({ changes, record }) => unwrap(await store.commit(changes, record)),
    load: async (id) => unwrap(await store.load("default", { kind: "user", id }, { limit: 1 })),
  };
}

/** As a unit of work does it that has subscribers in its transaction. */
function inTransactions(): Contestant {
  const store = memory();
  const within = async (work: (transaction: StoreTransaction<never>) => Promise<unknown>): Promise<unknown> =>
    work(unwrap(await store.begin()));
  return {
    commit: ({ changes, record }) =>
      within(async (transaction) => {
        unwrap(await transaction.flush(changes));
        return unwrap(await transaction.commit(record));
      }),
    load: (id) =>
      within(async (transaction) => {
        unwrap(await transaction.load("default", { kind: "user", id }, { limit: 1 }));
        await transaction.rollback();
      }),
  };
}

const OPERATIONS = ["create: 1 user, 2 identifiers, 2 events", "load", "save: 1 user, 2 identifiers, 1 event"] as const;

/**
 * Microseconds of each operation, on a new one in every round, so that nobody collects what the others keep. What is told is made
 * beforehand, and out of the young generation.
 */
function measuring(make: () => Contestant, { created, renamed }: Story) {
  return async (round: number): Promise<readonly number[]> => {
    const contestant = make();
    const numbers = Array.from({ length: BATCH }, (_, index) => round * BATCH + index);
    const [creations, changes] = [numbers.map((number) => toldOf(created, number)), numbers.map((number) => toldOf(renamed, number))];
    for (let time = 0; time < 2; time++) global.gc?.({ type: "minor", execution: "sync" });
    const inTurn = (work: (told: Told) => Promise<unknown>, all: readonly Told[]) => {
      let turn = 0;
      return cpuPerCall(BATCH, async () => {
        const told = all[turn++];
        return told && work(told);
      });
    };
    return [
      await inTurn((told) => contestant.commit(told), creations),
      await inTurn(({ changes: { aggregates } }) => contestant.load(aggregates[0]?.id ?? ""), changes),
      await inTurn((told) => contestant.commit(told), changes),
    ];
  };
}

/** Prints what a transaction over the memory store's Maps costs, beside plain ones. */
export async function printTransactions(): Promise<void> {
  const story = await storyTold();
  const contestants = {
    maps: measuring(onMaps, story),
    store: measuring(onStore, story),
    transactions: measuring(inTransactions, story),
  };
  await interleaved(4, contestants);
  const figures = await interleaved(ROUNDS, contestants);
  const rows = OPERATIONS.map((operation, index) => {
    const of = (all: readonly (readonly number[])[]): readonly number[] => all.map((round) => round[index] ?? NaN);
    const maps = of(figures.maps);
    const beside = [["commit and load", of(figures.store)] as const, ["in an open transaction", of(figures.transactions)] as const].flatMap(
      ([how, own]) => {
        const compared = ratios(maps, own);
        const figure = `memory store, ${how}, ${operation}, to plain Maps`;
        return [microseconds(median(own)), judged(figure, median(compared), spread(compared), TARGET)];
      },
    );
    return [operation, microseconds(median(maps)), ...beside];
  });
  printTable(
    [
      "CPU of a call of the store's",
      "plain Maps",
      "memory store",
      `speed, ${targetText(TARGET)}`,
      "in an open transaction",
      `speed, ${targetText(TARGET)}`,
    ],
    rows,
  );
}
