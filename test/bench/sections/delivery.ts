import { CONTESTANTS } from "../delivery/contestants.js";
import type { ContestantName } from "../delivery/contestants.js";
import { PUBLISHERS } from "../delivery/contestant.js";
import { templateOf } from "../harness/database.js";
import { interleaved, isShort, median, microseconds, printTable, ratios, spread } from "../harness/measure.js";
import { atLeast, judged, targetText } from "../harness/targets.js";
import type { Target } from "../harness/targets.js";
import { installPeers, versionOf } from "../harness/peer.js";
import { WorkerProcesses } from "../delivery/worker-processes.js";

const [EVENTS, ROUNDS] = isShort ? [5_000, 1] : [50_000, 3];
const PROCESSES = isShort ? [1] : [1, 2];
/** Milliseconds after which a run has failed. */
const TIMEOUT = 180_000;

/** What denizen is measured against, and how many times as fast it has to be in one process, in batches of 100 as pg-boss. */
const TARGETS: Readonly<Partial<Record<ContestantName, Target>>> = { "pg-boss": atLeast(2), "graphile-worker": atLeast(1) };
const TITLES: Readonly<Partial<Record<ContestantName, string>>> = {
  denizen: "denizen, batches of 100",
  "pg-boss": "pg-boss, burst, batches of 100",
  "graphile-worker": "graphile-worker, batched",
};
const NAMES = ["denizen", "denizen, batches of 500", "pg-boss", "graphile-worker"] as const satisfies readonly ContestantName[];
type Name = (typeof NAMES)[number];

interface Run {
  /** Events a second, from the start of the workers to the last event. */
  readonly rate: number;
  /** Events a second, from the first event to the last. */
  readonly steady: number;
  /** Microseconds of the workers' own CPU for one event. */
  readonly cpu: number;
}

async function run(name: Name, { copy }: { copy(): Promise<{ url: string } & AsyncDisposable> }, processes: number): Promise<Run> {
  await using database = await copy();
  const workers = await WorkerProcesses.start(name, database.url, { processes });
  const began = await workers.work();
  await workers.done(EVENTS, TIMEOUT);
  await workers[Symbol.asyncDispose]();
  if (workers.handled !== EVENTS) throw new Error(`${name} has handled ${workers.handled} of ${EVENTS} events`);
  const { first, last, cpu } = workers.figures;
  return { rate: (EVENTS * 1000) / (last - began), steady: (EVENTS * 1000) / (last - first), cpu: cpu / EVENTS };
}

await installPeers();
console.log(`${EVENTS} events of ${PUBLISHERS} publishers, written before (denizen's through units of work, one publisher's far apart; jobs in bulk, with
payloads of the same size). Each run on a fresh copy of them, analyzed; the handler only counts. ${versionOf("pg-boss")}, ${versionOf("graphile-worker")}.
Medians of ${ROUNDS} rounds; ratios with the smallest and the largest.\n`);

const fill = (name: Name) =>
  templateOf(async (url) => {
    await CONTESTANTS[name].prepare(url);
    await CONTESTANTS[name].fill(url, EVENTS);
  });
await using ofDenizen = await fill("denizen");
await using ofPgBoss = await fill("pg-boss");
await using ofGraphileWorker = await fill("graphile-worker");

for (const processes of PROCESSES) {
  const figures = await interleaved<Name, Run>(ROUNDS, {
    denizen: () => run("denizen", ofDenizen, processes),
    "denizen, batches of 500": () => run("denizen, batches of 500", ofDenizen, processes),
    "pg-boss": () => run("pg-boss", ofPgBoss, processes),
    "graphile-worker": () => run("graphile-worker", ofGraphileWorker, processes),
  });
  const of = (name: Name, what: keyof Run): readonly number[] => figures[name].map((one) => one[what]);
  printTable(
    [`${processes} process${processes === 1 ? "" : "es"}`, "events /s", "from the first on", "own CPU of an event", "denizen is", "target"],
    NAMES.map((name) => {
      const target = processes === 1 ? TARGETS[name] : undefined;
      const factors = ratios(of("denizen", "rate"), of(name, "rate"));
      return [
        TITLES[name] ?? name,
        Math.round(median(of(name, "rate"))),
        Math.round(median(of(name, "steady"))),
        microseconds(median(of(name, "cpu"))),
        name === "denizen" ? "" : judged(`events delivered /s, to ${TITLES[name] ?? name}`, median(factors), spread(factors), target),
        targetText(target),
      ];
    }),
  );
}
