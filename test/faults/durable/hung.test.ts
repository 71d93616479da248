import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { arena, caughtUp, report, until } from "../support/arena.js";
import type { Arena } from "../support/arena.js";
import { stop } from "../support/havoc.js";
import { effects, ledger } from "../support/ledger.js";

const LEASE = 1000;

/** Two workers whose first call for an event that says `hang` waits for three leases. */
const workersOf = (place: Arena, effect: "unit" | "span", timeout: number) =>
  Promise.all(
    ["one", "two"].map((name) =>
      place.start("worker", {
        name,
        subscribers: [{ name: "notes", effect, hangs: 3 * LEASE, options: { timeout, backOff: { first: 100 } } }],
        options: { batch: 50, poll: 100, lease: LEASE },
      }),
    ),
  );

/** Writes events of which the sixth hangs; answers, when it hangs, its id and who hangs. */
async function hanging({ write, sql }: Arena): Promise<{ readonly publisher: string; readonly event: string; readonly worker: string }> {
  const { id } = (await write.alone(undefined, 5))._unsafeUnwrap();
  (await write.alone(id, 1, "hang"))._unsafeUnwrap();
  (await write.alone(id, 4))._unsafeUnwrap();
  await until("a handler hangs", 10_000, async () => (await sql`select from faults_hung`).length > 0);
  const [hung] = await sql`select event, worker from faults_hung`;
  return { publisher: id, event: String(hung?.["event"]), worker: String(hung?.["worker"]) };
}

const answered = ({ sql }: Arena) =>
  until("the late answer", 30_000, async () => (await sql`select from faults_hung where answer is not null`).length > 0);

test("a handler that never answers is taken over within 2 leases, and its late commit comes to nothing", async () => {
  await using place = await arena();
  // As the defaults have it: a handler may take as long as a lease lasts.
  const workers = await workersOf(place, "unit", LEASE);
  const { event } = await hanging(place);
  const took = await until(
    "it is taken over",
    20_000,
    async () => (await place.sql`select from faults_effects where event = ${event}`).length > 0,
  );
  await caughtUp(place, 20_000);
  await answered(place);
  await sleep(500);
  await stop(workers);
  const effect = await effects(place.sql, "notes");
  const [late] = await place.sql`select answer from faults_hung`;
  report(
    "hung handler",
    `taken over after ${took} ms (lease ${LEASE})`,
    `late commit answered ${late?.["answer"]}`,
    `${effect.missing} effects missing, ${effect.twice} twice`,
  );
  expect(took).toBeLessThan(2 * LEASE);
  expect(["unit-closed", "repeated"]).toContain(late?.["answer"]);
  expect(effect).toEqual({ missing: 0, twice: 0 });
}, 90_000);

test("a worker that was stopped in the middle of a handler is taken over within 2 leases; what it does when it goes on changes nothing", async () => {
  await using place = await arena();
  const workers = await workersOf(place, "unit", 60_000);
  const { event, worker } = await hanging(place);
  const stopped = workers.find(({ name }) => name === worker);
  stopped?.signal("SIGSTOP");
  const took = await until(
    "it is taken over",
    20_000,
    async () => (await place.sql`select from faults_effects where event = ${event}`).length > 0,
  );
  // The transaction that stands still with its process holds back what is committed after it began.
  const from = Date.now();
  const { id } = (await place.write.alone(undefined, 1))._unsafeUnwrap();
  const flows = async (): Promise<boolean> => (await place.sql`select from faults_effects where publisher = ${id}`).length > 0;
  await until("events flow again", 2 * LEASE, flows).catch(() => undefined);
  const heldBack = Date.now() - from;
  stopped?.signal("SIGCONT");
  await caughtUp(place, 20_000);
  await answered(place);
  await sleep(500);
  const [status] = (await place.application.durable.status())._unsafeUnwrap();
  await stop(workers);
  const effect = await effects(place.sql, "notes");
  const notes = await ledger(place.sql, "notes");
  const [late] = await place.sql`select answer from faults_hung`;
  report(
    "worker stopped (SIGSTOP) and continued",
    `taken over after ${took} ms (lease ${LEASE})`,
    `new events held back by its open transaction for ${heldBack} ms`,
    `late commit answered ${late?.["answer"]}`,
    `${effect.missing} effects missing, ${effect.twice} twice`,
    `${status?.delivered} of ${notes.events} counted as delivered`,
  );
  expect(took).toBeLessThan(2 * LEASE);
  expect(late?.["answer"]).not.toBe("committed");
  expect(effect).toEqual({ missing: 0, twice: 0 });
  expect(status).toMatchObject({ delivered: notes.events, lag: 0, waiting: 0, deadLetters: 0 });
}, 90_000);

test("the same without a transaction: only what was running runs twice, and new events are not held back", async () => {
  await using place = await arena();
  const workers = await workersOf(place, "span", 60_000);
  const { event, worker } = await hanging(place);
  const stopped = workers.find(({ name }) => name === worker);
  stopped?.signal("SIGSTOP");
  const ended = async (): Promise<boolean> =>
    (await place.sql`select from faults_calls where event = ${event} and ended is not null and worker <> ${worker}`).length > 0;
  const took = await until("it is taken over", 20_000, ended);
  const { id } = (await place.write.alone(undefined, 1))._unsafeUnwrap();
  const flowed = await until(
    "events flow",
    4 * LEASE,
    async () => (await place.sql`select from faults_calls where publisher = ${id}`).length > 0,
  );
  await caughtUp(place, 20_000);
  stopped?.signal("SIGCONT");
  await sleep(3 * LEASE);
  const [status] = (await place.application.durable.status())._unsafeUnwrap();
  await stop(workers);
  const notes = await ledger(place.sql, "notes");
  report(
    "the same without a transaction",
    `taken over after ${took} ms`,
    `new events ${flowed} ms later`,
    `${notes.twice} delivered twice`,
    `${notes.lost} lost`,
    `${status?.delivered} of ${notes.events} counted as delivered`,
  );
  expect(took).toBeLessThan(2 * LEASE);
  // The five before it, which nobody had settled, and itself.
  expect(notes.twice).toBeLessThanOrEqual(6);
  expect(notes).toMatchObject({ lost: 0, outOfOrder: 0, backwards: 0 });
  expect(status).toMatchObject({ delivered: notes.events, lag: 0, waiting: 0, deadLetters: 0 });
}, 90_000);
