import { randomBytes } from "node:crypto";
import { drizzle } from "denizen/drizzle";
import { jose } from "denizen/jose";
import { memory } from "denizen/memory";
import { accountsFloor } from "../subjects/accounts-floor.js";
import { accountCallsOf, denizenAccounts, newcomer, signUpMany } from "../subjects/accounts-subject.js";
import type { AccountsSubject, Newcomer } from "../subjects/accounts-subject.js";
import { compareCpu, WARM } from "../harness/compare.js";
import { connect, migratedDatabase, raw } from "../harness/database.js";
import { cpuPerCall, interleaved, isShort, median, microseconds, printTable, ratios, times } from "../harness/measure.js";
import { atMost, judged, targetText } from "../harness/targets.js";
import type { Target } from "../harness/targets.js";
import { sameRows } from "../harness/same-rows.js";
import { COPY, copyJson } from "../harness/yardstick.js";

const MEMBERS = 400;

const storyOf = (subject: AccountsSubject, someone: Newcomer) => async () => {
  await subject.signUp(someone);
  const { accessToken, refreshToken } = await subject.logIn(someone.emails[0], someone.password);
  await subject.check(accessToken);
  await subject.refresh(refreshToken);
};

async function onPostgres(): Promise<void> {
  await using fresh = await migratedDatabase({ durable: false });
  await using connected = connect("postgres.js", fresh.url, 1);
  const client = raw(fresh.url, 1);
  const [ours, byHand] = [denizenAccounts(drizzle(connected.database)), accountsFloor(client)];
  const someone = newcomer();
  await sameRows(client, storyOf(ours, someone), storyOf(byHand, someone));

  const calls = {
    denizen: accountCallsOf(ours, await signUpMany(ours, MEMBERS)),
    floor: accountCallsOf(byHand, await signUpMany(byHand, MEMBERS)),
  };
  await client.unsafe("analyze");
  await compareCpu("CPU of this process on postgres.js, opaque tokens", calls);
  await client.end();
}

const [CPU, MICROSECONDS] = ["CPU in memory, a hasher that does nothing", " µs"] as const;
const TARGETS: Readonly<Record<string, Target>> = {
  "sign-up": atMost(45, MICROSECONDS),
  "log-in": atMost(30, MICROSECONDS),
  "session check": atMost(8, MICROSECONDS),
};

async function inMemory(): Promise<void> {
  const algorithm = { algorithm: "HS256", secret: randomBytes(32) } as const;
  const accessTokens = jose({ issuer: "https://a.example", audience: "https://b.example", keys: { current: "1", keys: { 1: algorithm } } });
  const callsOf = async (subject: AccountsSubject) => accountCallsOf(subject, await signUpMany(subject, MEMBERS));
  const [opaque, signed] = [await callsOf(denizenAccounts(memory())), await callsOf(denizenAccounts(memory(), { accessTokens }))];
  const [rounds, batch] = isShort ? [6, 200] : [10, 300];
  const rows = [];
  for (const [operation, call] of Object.entries(opaque)) {
    const calls = { opaque: call, jose: signed[operation] ?? call, copy: copyJson };
    const cpu = (count: number) => ({
      opaque: () => cpuPerCall(count, calls.opaque),
      jose: () => cpuPerCall(count, calls.jose),
      copy: () => cpuPerCall(count, calls.copy),
    });
    await interleaved(1, cpu(WARM));
    const figures = await interleaved(rounds, cpu(batch));
    const [ours, target] = [median(figures.opaque), TARGETS[operation]];
    const shown = judged(`${CPU}: ${operation}`, ours, microseconds(ours), target);
    const toCopy = times(median(ratios(figures.opaque, figures.copy)));
    rows.push([operation, shown, targetText(target), toCopy, microseconds(median(figures.jose))]);
  }
  printTable([CPU, "opaque tokens", "target", `to ${COPY}`, "denizen/jose, HS256"], rows);
}

await onPostgres();
await inMemory();
