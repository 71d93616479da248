import { setTimeout as sleep } from "node:timers/promises";
import postgresJs from "postgres";
import { migrate, postgres } from "denizen/drizzle";
import type { PostgresStore } from "denizen/drizzle";
import { createDatabase, startPostgres } from "../../../examples/support/postgres.js";
import { faultsApplication } from "./application.js";
import type { FaultsApplication } from "./application.js";
import { start } from "./child.js";
import type { Child, Plans } from "./child.js";
import { writing } from "./write.js";

/** A migrated database, the processes that a test lets loose on it, and an application that watches. */
export interface Arena {
  readonly url: string;
  readonly sql: postgresJs.Sql;
  readonly store: PostgresStore;
  readonly application: FaultsApplication;
  readonly write: ReturnType<typeof writing>;
  start<Program extends keyof Plans>(program: Program, plan: Omit<Plans[Program], "url">): Promise<Child>;
  /** Kills every process that is still there. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Without a server it starts one of its own, which need not survive anything: only processes die. */
export async function arena(server?: string): Promise<Arena> {
  const stack: (() => PromiseLike<unknown>)[] = [];
  if (server === undefined) {
    const own = await startPostgres(["-c", "fsync=off", "-c", "max_connections=300"]);
    stack.push(() => own[Symbol.asyncDispose]());
    server = own.url;
  }
  const { url } = await createDatabase(server);
  const store = await postgres(url, { connections: 8 });
  stack.push(() => store.close());
  (await migrate(store.database))._unsafeUnwrap();
  const sql = postgresJs(url, { max: 4, onnotice: () => undefined });
  stack.push(() => sql.end({ timeout: 1 }));
  await sql.unsafe(NOTES);
  const application = faultsApplication(store);
  const children = new Set<Child>();
  return {
    url,
    sql,
    store,
    application,
    write: writing(application, store),
    start: async (program, plan) => {
      // Only the url was left out.
      const child = await start(program, { ...plan, url } as Plans[typeof program]);
      children.add(child);
      void child.ended.then(() => children.delete(child));
      return child;
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of children) child.signal("SIGKILL");
      await Promise.all([...children].map(({ ended }) => ended));
      for (const end of stack.reverse()) await end();
    },
  };
}

/** What handlers note, what they do, and what they are told to fail with. */
const NOTES = `
  create table faults_calls (n bigserial primary key, subscriber text not null, event text not null, publisher text not null,
    version integer not null, worker text not null, attempt integer not null,
    began timestamptz not null default clock_timestamp(), ended timestamptz);
  create index on faults_calls (subscriber, event);
  create table faults_effects (n bigserial primary key, subscriber text not null, event text not null, publisher text not null,
    version integer not null, worker text not null);
  create table faults_hung (event text primary key, worker text not null, at timestamptz not null default clock_timestamp(), answer text);
  create table faults_switches (name text primary key);
  create table faults_host (what text not null);`;

/** Answers the milliseconds that it took until the condition held; rejects when it does not in time. */
export async function until(what: string, milliseconds: number, condition: () => PromiseLike<boolean>): Promise<number> {
  const from = Date.now();
  while (!(await condition())) {
    if (Date.now() - from > milliseconds) throw new Error(`not after ${milliseconds} ms: ${what}`);
    await sleep(25);
  }
  return Date.now() - from;
}

/**
 * Until every subscriber has handled everything that is committed; rejects when none of them has come any further for so long. How long
 * a backlog takes is the machine's business.
 */
export async function caughtUp({ application }: Arena, patience: number): Promise<number> {
  const from = Date.now();
  let [last, since] = ["", from];
  for (;;) {
    const status = await application.durable.status();
    if (status.isOk() && status.value.length > 0 && status.value.every(({ lag, waiting }) => lag === 0 && waiting === 0)) break;
    const now = JSON.stringify(
      status.isOk() ? status.value.map(({ subscriber, lag, waiting, delivered }) => [subscriber, lag, waiting, delivered]) : [],
    );
    if (now !== last) [last, since] = [now, Date.now()];
    if (Date.now() - since > patience) throw new Error(`nobody has come further for ${patience} ms: ${last}`);
    await sleep(25);
  }
  return Date.now() - from;
}

export const isShort = process.env["FAULTS_SHORT"] === "1";

/** One line for every fault. */
export const report = (fault: string, ...figures: readonly string[]): void => console.log(`[faults] ${fault}: ${figures.join(", ")}`);
