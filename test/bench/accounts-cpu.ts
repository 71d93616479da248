import { randomBytes } from "node:crypto";
import { drizzle } from "denizen/drizzle";
import { jose } from "denizen/jose";
import { memory } from "denizen/memory";
import { accountsFloor } from "./accounts-floor.js";
import { accountCallsOf, denizenAccounts, newcomer, signUpMany } from "./accounts-subject.js";
import type { AccountsSubject, Newcomer } from "./accounts-subject.js";
import { compareCpu, WARM } from "./compare.js";
import { connect, migratedDatabase, raw } from "./database.js";
import { cpuPerCall, interleaved, isShort, median, microseconds, printTable, ratios, times } from "./measure.js";
import { sameRows } from "./same-rows.js";
import { COPY, copyJson } from "./yardstick.js";

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

const TARGETS: Readonly<Record<string, number>> = { "sign-up": 45, "log-in": 30, "session check": 8 };

async function inMemory(): Promise<void> {
  const algorithm = { algorithm: "HS256", secret: randomBytes(32) } as const;
  const accessTokens = jose({ issuer: "https://a.example", audience: "https://b.example", keys: { current: "1", keys: { 1: algorithm } } });
  const callsOf = async (subject: AccountsSubject) => accountCallsOf(subject, await signUpMany(subject, MEMBERS));
  const [opaque, signed] = [await callsOf(denizenAccounts(memory())), await callsOf(denizenAccounts(memory(), { accessTokens }))];
  const [rounds, batch] = isShort ? [10, 300] : [30, 500];
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
    const shown = target !== undefined && ours > target ? `**${microseconds(ours)}**` : microseconds(ours);
    const toCopy = times(median(ratios(figures.opaque, figures.copy)));
    rows.push([operation, shown, target === undefined ? "" : `≤ ${target} µs`, toCopy, microseconds(median(figures.jose))]);
  }
  printTable(["CPU in memory, a hasher that does nothing", "opaque tokens", "target", `to ${COPY}`, "denizen/jose, HS256"], rows);
}

await onPostgres();
await inMemory();
