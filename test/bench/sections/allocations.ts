import { spawn } from "node:child_process";
import { once } from "node:events";
import { drizzle } from "denizen/drizzle";
import { memory } from "denizen/memory";
import { accountsFloor } from "../subjects/accounts-floor.js";
import { accountCallsOf, denizenAccounts, signUpMany } from "../subjects/accounts-subject.js";
import { allocated, collected, FLAGS, hasRoom } from "../harness/allocated.js";
import type { Allocated } from "../harness/allocated.js";
import type { Calls } from "../harness/compare.js";
import { connect, migratedDatabase, populate, raw } from "../harness/database.js";
import { floor } from "../subjects/floor.js";
import { interleaved, isShort, median, printTable, ratios, times } from "../harness/measure.js";
import { callsOf, denizen, newPerson } from "../subjects/subject.js";
import { COPY, copyJson } from "../harness/yardstick.js";

const PEOPLE = 400;
const [ROUNDS, BATCH] = isShort ? [3, 50] : [5, 100];

const bytes = (value: number): string => Math.round(value).toLocaleString("en").replaceAll(",", " ");

/** The counter itself, on what is known: eight bytes an element, and what V8 writes before them. */
async function validateCounter(): Promise<void> {
  let kept: unknown;
  const arrays = (elements: number) => () => (kept = new Array<number>(elements).fill(0));
  const known: readonly (readonly [string, keyof Allocated, number, number, () => unknown])[] = [
    ["an array of 100 numbers", "heap", 848, 1000, arrays(100)],
    ["an array of 1000 numbers", "heap", 8_048, 1000, arrays(1000)],
    ["an array of 100 000 numbers, a large object", "heap", 800_048, 50, arrays(100_000)],
    ["a buffer of 100 000 bytes", "outside", 100_000, 100, () => (kept = Buffer.alloc(100_000))],
  ];
  const rows = [];
  for (const [name, where, expected, calls, call] of known) {
    await allocated(calls, call);
    const figures = await interleaved<string, Allocated>(5, { it: () => allocated(calls, call) });
    const counted = median((figures["it"] ?? []).map((figure) => figure[where]));
    const off = counted / expected - 1;
    rows.push([name, where, bytes(expected), bytes(counted), `${(100 * off).toFixed(1)} %`]);
    if (Math.abs(off) > 0.05 || kept === undefined) process.exitCode = 1;
  }
  const before = await collected();
  global.gc?.();
  if ((await collected()) === before) process.exitCode = 1;
  printTable(["bytes of one call, the counter itself", "where", "known", "counted", "off"], rows);
}

async function inMemory(): Promise<void> {
  const [users, accounts] = [denizen(memory()), denizenAccounts(memory())];
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, newPerson).map(async (person) => ({ person, id: await users.create(person) })),
  );
  const calls: Calls = { ...callsOf(users, people), ...accountCallsOf(accounts, await signUpMany(accounts, PEOPLE)) };
  const rows = [];
  for (const [operation, call] of Object.entries(calls)) {
    await warmUp(isShort ? 600 : 2500, call, copyJson);
    const { ours, copy } = await interleaved(ROUNDS, { ours: () => allocated(BATCH, call), copy: () => allocated(BATCH, copyJson) });
    rows.push([operation, ...shown(ours), times(median(ratios(heapOf(ours), heapOf(copy))))]);
  }
  printTable(["bytes allocated in memory, a hasher that does nothing", "heap", "spread", "outside", `heap, to ${COPY}`], rows);
}

async function onPostgres(): Promise<void> {
  await using fresh = await migratedDatabase({ durable: false });
  await using connected = connect("postgres.js", fresh.url, 1);
  const client = raw(fresh.url, 1);
  const store = drizzle(connected.database);
  const [users, byHand] = [denizen(store), floor(client)];
  const [accounts, accountsByHand] = [denizenAccounts(store), accountsFloor(client)];
  const people = await populate(client, byHand, PEOPLE);
  const ours: Calls = { ...callsOf(users, people), ...accountCallsOf(accounts, await signUpMany(accounts, PEOPLE)) };
  const floors: Calls = { ...callsOf(byHand, people), ...accountCallsOf(accountsByHand, await signUpMany(accountsByHand, PEOPLE)) };
  await client.unsafe("analyze");
  const rows = [];
  for (const [operation, call] of Object.entries(ours)) {
    const other = floors[operation];
    if (other === undefined) throw new Error(`nobody has written ${operation} by hand`);
    await warmUp(isShort ? 200 : 500, call, other);
    const figures = await interleaved(ROUNDS, { denizen: () => allocated(BATCH, call), floor: () => allocated(BATCH, other) });
    const ratio = median(ratios(heapOf(figures.denizen), heapOf(figures.floor)));
    rows.push([operation, ...shown(figures.denizen), ...shown(figures.floor), times(ratio)]);
  }
  await client.end();
  const head = ["bytes allocated on postgres.js", "denizen, heap", "spread", "outside", "by hand, heap", "spread", "outside"];
  printTable([...head, "heap, ratio"], rows);
}

/** What the JIT has compiled allocates less: counted is what a server does that has been running for a while. */
async function warmUp(times: number, ...calls: readonly (() => unknown)[]): Promise<void> {
  for (const call of calls) for (let time = 0; time < times; time++) await call();
}

const heapOf = (figures: readonly Allocated[]): readonly number[] => figures.map(({ heap }) => heap);

const shown = (figures: readonly Allocated[]): readonly string[] => {
  const heap = heapOf(figures);
  const range = `${bytes(Math.min(...heap))}–${bytes(Math.max(...heap))}`;
  return [bytes(median(heap)), range, bytes(median(figures.map(({ outside }) => outside)))];
};

if (hasRoom()) {
  await validateCounter();
  await inMemory();
  await onPostgres();
} else {
  // The same once more, in a process that has the room.
  const child = spawn(process.execPath, [...process.execArgv, ...FLAGS, ...process.argv.slice(1)], { stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  process.exitCode = code ?? 1;
}
