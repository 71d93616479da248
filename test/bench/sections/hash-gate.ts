import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { argon2 } from "denizen/argon2";
import { drizzle } from "denizen/drizzle";
import { jose } from "denizen/jose";
import { memory } from "denizen/memory";
import type { PasswordHasher, Store } from "denizen/ports";
import { atLeast, atMost, judged, targetText } from "../harness/targets.js";
import type { Target } from "../harness/targets.js";
import { denizenAccounts, signUpMany } from "../subjects/accounts-subject.js";
import { connect, migratedDatabase } from "../harness/database.js";
import { interleaved, isShort, median, milliseconds, percentile, printTable, ratios, times } from "../harness/measure.js";

/** They log in without a pause: eight for each core, so that some always wait. */
const CALLERS = 8 * availableParallelism();
/** Milliseconds between two requests of each kind, whether or not the ones before have been answered. */
const PACE = 5;
const [ROUNDS, DURATION] = isShort ? [2, 800] : [5, 3_000];

interface Figures {
  readonly hashes: number;
  readonly opaque: readonly number[];
  readonly jwt: readonly number[];
  readonly loop: number;
}

/** Takes the time of a request every few milliseconds until told to stop. */
function atAPace(request: () => Promise<unknown>): () => Promise<readonly number[]> {
  const taken: number[] = [];
  const open = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const began = performance.now();
    const answered = request().then(() => {
      taken.push(performance.now() - began);
      open.delete(answered);
    });
    open.add(answered);
  }, PACE);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
    return taken;
  };
}

interface Requests {
  readonly logIns: readonly (() => Promise<unknown>)[];
  readonly opaque: () => Promise<unknown>;
  readonly jwt: () => Promise<unknown>;
}

async function during({ logIns, opaque, jwt }: Requests, duration: number): Promise<Figures> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let [hashes, running] = [0, true];
  const callers = logIns.map(async (logIn) => {
    while (running) {
      await logIn();
      if (running) hashes++;
    }
  });
  // Until the queue is full.
  await pause(100);
  hashes = 0;
  const began = performance.now();
  delay.enable();
  const [stopOpaque, stopJwt] = [atAPace(opaque), atAPace(jwt)];
  await pause(duration);
  const elapsed = performance.now() - began;
  const counted = hashes;
  delay.disable();
  running = false;
  const [opaqueTaken, jwtTaken] = [await stopOpaque(), await stopJwt()];
  await Promise.all(callers);
  return { hashes: (counted * 1000) / elapsed, opaque: opaqueTaken, jwt: jwtTaken, loop: delay.percentile(99) / 1e6 };
}

async function requestsWith<Tx>(store: Store<Tx>, passwordHasher: PasswordHasher): Promise<Requests> {
  const accounts = denizenAccounts(store, { passwordHasher });
  const members = await signUpMany(accounts, CALLERS);
  const key = { algorithm: "HS256", secret: randomBytes(32) } as const;
  const accessTokens = jose({ issuer: "https://a.example", audience: "https://b.example", keys: { current: "1", keys: { 1: key } } });
  const signed = denizenAccounts(memory(), { accessTokens });
  const [first, signedFirst] = [members[0], (await signUpMany(signed, 1))[0]];
  return {
    logIns: members.map(
      ({ email, password }) =>
        () =>
          accounts.logIn(email, password),
    ),
    opaque: () => accounts.check(first?.accessToken ?? ""),
    jwt: () => signed.check(signedFirst?.accessToken ?? ""),
  };
}

await using fresh = await migratedDatabase({ durable: false });
// Enough for a session check never to wait for one: it is not the pool of connections that is measured.
await using connected = connect("postgres.js", fresh.url, 2 * CALLERS);
const store = drizzle(connected.database);
const requests = {
  gated: await requestsWith(store, argon2()),
  ungated: await requestsWith(store, argon2({ concurrency: 1_024 })),
};
const run = (who: keyof typeof requests, duration: number) => () => during(requests[who], duration);
await interleaved(1, { gated: run("gated", 300), ungated: run("ungated", 300) });
const figures = await interleaved(ROUNDS, { gated: run("gated", DURATION), ungated: run("ungated", DURATION) });

const row = (name: string, of: (one: Figures) => number, show: (value: number) => string, target?: Target) => {
  const [gated, ungated] = [figures.gated.map(of), figures.ungated.map(of)];
  const ratio = median(ratios(gated, ungated));
  const shown = judged(`${name}, while all cores hash, to no gate`, ratio, times(ratio), target);
  return [name, show(median(gated)), show(median(ungated)), shown, targetText(target)];
};
const p99 = (kind: "opaque" | "jwt") => (one: Figures) => percentile(one[kind], 0.99);
const p50 = (kind: "opaque" | "jwt") => (one: Figures) => percentile(one[kind], 0.5);
printTable(
  [`${CALLERS} callers log in without a pause`, "as many hashes as cores", "no gate", "ratio", "target"],
  [
    row(
      "log-ins /s",
      ({ hashes }) => hashes,
      (value) => value.toFixed(0),
      atLeast(0.9),
    ),
    row("session check on PostgreSQL, p99", p99("opaque"), milliseconds, atMost(0.75)),
    row("session check on PostgreSQL, p50", p50("opaque"), milliseconds),
    row("session check by JWT, p99", p99("jwt"), milliseconds),
    row("session check by JWT, p50", p50("jwt"), milliseconds),
    row("delay of the event loop, p99", ({ loop }) => loop, milliseconds),
  ],
);
