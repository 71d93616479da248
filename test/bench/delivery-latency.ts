import { setTimeout as pause } from "node:timers/promises";
import { CONTESTANTS } from "./contestants.js";
import type { ContestantName } from "./contestants.js";
import type { Member } from "./contestant.js";
import { emptyDatabase } from "./database.js";
import { interleaved, isShort, median, milliseconds, percentile, printTable, ratios, spread } from "./measure.js";
import { installPeers, versionOf } from "./peer.js";
import { now, WorkerProcesses } from "./worker-processes.js";

/** Events of one run, after some that warm it up. */
const [EVENTS, WARM, ROUNDS] = isShort ? [100, 50, 1] : [300, 100, 4];
/** Milliseconds between two commits. */
const PACE = 20;
/** Milliseconds after which an event that was not handled is missed. */
const TIMEOUT = 15_000;

/** Milliseconds from the answer of the commit until the handler is called; below zero when the handler was called first. */
type Latencies = readonly number[];

async function publish(member: Member, kind: string, count: number, published: Map<string, number>): Promise<void> {
  for (let index = 0; index < count; index++) {
    const mark = `${kind} ${index}`;
    const next = pause(PACE);
    await member.publish(mark);
    published.set(mark, now());
    await next;
  }
}

async function latencies(name: ContestantName, where: "here" | "elsewhere"): Promise<Latencies> {
  await using database = await emptyDatabase();
  const contestant = CONTESTANTS[name];
  await contestant.prepare(database.url);
  const member = await contestant.join(database.url);
  const handled = new Map<string, number>();
  await using workers = where === "elsewhere" ? await WorkerProcesses.start(name, database.url, { marks: true }) : undefined;
  await (workers === undefined ? member.work((mark) => void handled.set(mark, now())) : workers.work());
  // Until it listens.
  await pause(500);
  const published = new Map<string, number>();
  await publish(member, "warm", WARM, new Map());
  await publish(member, "event", EVENTS, published);
  const at = workers?.marks ?? handled;
  for (const end = now() + TIMEOUT; at.size < WARM + EVENTS; await pause(20)) {
    if (now() > end) throw new Error(`${name} has handled ${at.size} of ${WARM + EVENTS} events`);
  }
  await member.leave();
  return [...published].map(([mark, answered]) => (at.get(mark) ?? NaN) - answered);
}

interface Target {
  readonly of: ContestantName;
  readonly most: number;
}

async function compare<Name extends ContestantName>(
  title: string,
  where: "here" | "elsewhere",
  names: readonly Name[],
  targets: readonly Target[],
): Promise<void> {
  // `fromEntries` forgets which keys it was given.
  const contest = Object.fromEntries(names.map((name) => [name, () => latencies(name, where)])) as unknown as Record<
    Name,
    () => Promise<Latencies>
  >;
  const figures = await interleaved<Name, Latencies>(ROUNDS, contest);
  const [first] = names;
  const middles = (name: Name): readonly number[] => figures[name].map((round) => percentile(round, 0.5));
  printTable(
    [title, "p50", "p95", "p99", "denizen's p50 is", "target"],
    names.map((name) => {
      const all = figures[name].flat();
      const target = targets.find(({ of }) => of === name)?.most;
      const factors = first === undefined || name === first ? [] : ratios(middles(first), middles(name));
      const missed = target !== undefined && median(factors) > target;
      return [
        name,
        ...[0.5, 0.95, 0.99].map((share) => milliseconds(percentile(all, share))),
        factors.length === 0 ? "" : missed ? `**${spread(factors)}**` : spread(factors),
        target === undefined ? "" : `≤ ${target}x`,
      ];
    }),
  );
}

await installPeers();
console.log(`One commit every ${PACE} ms, ${EVENTS} in a run, ${ROUNDS} runs of each in turn; from the answer of the commit until the handler is called. pg-boss polls
every 500 ms, which is its least, and denizen every 1000 ms, unless they are told. ${versionOf("pg-boss")}, ${versionOf("graphile-worker")}.\n`);

const targets: readonly Target[] = [
  { of: "graphile-worker", most: 1 },
  { of: "pg-boss, LISTEN", most: 0.6 },
];
await compare("the worker in the same process", "here", ["denizen", "pg-boss, LISTEN", "graphile-worker"], targets);
await compare("the worker in another process", "elsewhere", ["denizen", "pg-boss, LISTEN", "graphile-worker"], targets);
await compare("polling only, in another process", "elsewhere", ["denizen, polling", "pg-boss"], []);
