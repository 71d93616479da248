import { setTimeout as pause } from "node:timers/promises";
import { CONTESTANTS } from "../delivery/contestants.js";
import type { ContestantName } from "../delivery/contestants.js";
import type { Member } from "../delivery/contestant.js";
import { emptyDatabase } from "../harness/database.js";
import { interleaved, isShort, median, milliseconds, percentile, printTable, ratios, spread } from "../harness/measure.js";
import { atMost, judged, targetText } from "../harness/targets.js";
import type { Target } from "../harness/targets.js";
import { installPeers, versionOf } from "../harness/peer.js";
import { now, WorkerProcesses } from "../delivery/worker-processes.js";

/** Events of one run, after some that warm it up. */
const [EVENTS, WARM, ROUNDS] = isShort ? [50, 25, 1] : [200, 100, 2];
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

async function compare<Name extends ContestantName>(
  title: string,
  where: "here" | "elsewhere",
  names: readonly Name[],
  targets: Readonly<Partial<Record<ContestantName, Target>>>,
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
      const target = targets[name];
      const factors = first === undefined || name === first ? [] : ratios(middles(first), middles(name));
      return [
        name,
        ...[0.5, 0.95, 0.99].map((share) => milliseconds(percentile(all, share))),
        factors.length === 0 ? "" : judged(`commit to handler, p50, ${title}, to ${name}`, median(factors), spread(factors), target),
        targetText(target),
      ];
    }),
  );
}

await installPeers();
console.log(`One commit every ${PACE} ms, ${EVENTS} in a run, ${ROUNDS} runs of each in turn; from the answer of the commit until the handler is called. pg-boss polls
every 500 ms, which is its least, and denizen every 1000 ms, unless they are told. ${versionOf("pg-boss")}, ${versionOf("graphile-worker")}.\n`);

const targets = { "graphile-worker": atMost(1), "pg-boss, LISTEN": atMost(0.6) };
await compare("the worker in the same process", "here", ["denizen", "pg-boss, LISTEN", "graphile-worker"], targets);
await compare("the worker in another process", "elsewhere", ["denizen", "pg-boss, LISTEN", "graphile-worker"], targets);
await compare("polling only, in another process", "elsewhere", ["denizen, polling", "pg-boss"], {});
