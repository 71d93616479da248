import { rate } from "../harness/compare.js";
import type { Calls } from "../harness/compare.js";
import type { Side } from "../harness/versus.js";
import { newcomer, newPlanet, RENAMED } from "./writer.js";
import type { Holdings, Writer } from "./writer.js";

const OPERATIONS = ["create", "load + save", "two aggregates"] as const;

/** What a writer is asked for. It loads and saves users that belong to these calls alone, of whom it makes so many. */
export async function callsOf(writer: Writer, users: number): Promise<Record<(typeof OPERATIONS)[number], () => Promise<unknown>>> {
  const ids: string[] = [];
  while (ids.length < users) ids.push(await writer.create(newcomer()));
  let turn = 0;
  return {
    create: () => writer.create(newcomer()),
    "load + save": () => writer.rename(ids[turn++ % ids.length] ?? "", `${RENAMED} ${newcomer().name}`),
    "two aggregates": () => writer.discover(newcomer(), newPlanet()),
  };
}

/** What tables must hold after so many of each, when all that was renamed is one user. */
export const holdingsAfter = ({
  create = 0,
  "load + save": rename = 0,
  "two aggregates": discover = 0,
}: Record<string, number>): Holdings => ({
  users: create + discover,
  emails: create + discover,
  planets: discover,
  events: 2 * create + rename + 4 * discover,
  changes: rename,
  renamed: 1,
});

/** By operation, of several callers at the same time. */
export type Callers = Readonly<Record<string, readonly (() => Promise<unknown>)[]>>;

/** So many callers, each with users of its own. */
export async function callersOf(writer: Writer, count: number, users: number): Promise<Callers> {
  const all: Calls[] = [];
  while (all.length < count) all.push(await callsOf(writer, users));
  return Object.fromEntries(OPERATIONS.map((operation) => [operation, all.flatMap((calls) => calls[operation] ?? [])]));
}

type Call = Callers[string];

const sideOf = (callers: Callers, measure: (count: number, calls: Call) => Promise<number>): Side =>
  Object.fromEntries(Object.entries(callers).map(([operation, calls]) => [operation, (count: number) => measure(count, calls)]));

/** Calls a second of all callers together. */
export const perSecond = (callers: Callers): Side => sideOf(callers, rate);

/** Microseconds of this process's CPU for one call, of all callers at the same time. */
export const perCall = (callers: Callers): Side =>
  sideOf(callers, async (count, calls) => {
    const before = process.cpuUsage();
    await rate(count, calls);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / (count * calls.length);
  });
