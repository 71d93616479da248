import "../../../vitest.exit-code.js";
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Local } from "../../../examples/support/local.js";
import { postOffice } from "../../../examples/support/post-office.js";
import { createDatabase, startPostgres } from "../../../examples/support/postgres.js";
import { client } from "../../examples/client.js";
import { isShort, median, milliseconds, percentile, printTable } from "../harness/measure.js";
import { buildPackage, builtApp } from "./built.js";
import { running, runToEnd } from "../../examples/processes.js";
import type { Running } from "../../examples/processes.js";
import type { Scenario, Surroundings } from "./scenario.js";
import { accountsApi } from "./scenarios/accounts-api.js";
import { planetsApi } from "./scenarios/planets-api.js";
import { signupApi } from "./scenarios/signup-api.js";
import { userApi } from "./scenarios/user-api.js";
import { traffic } from "./traffic.js";
import type { Outcome } from "./traffic.js";

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "user-api": userApi,
  "planets-api": planetsApi,
  "accounts-api": accountsApi,
  "signup-api": signupApi,
};

/** Ten times 3500 requests a minute. The short form only shows that everything is answered, on whatever machine it is. */
const WANTED = isShort ? 0 : (10 * 3500) / 60;
/** A little more, which makes up for the seconds in which the processes are still cold. */
const RATE = isShort ? 100 : 600;
const SOAK_CONNECTIONS = isShort ? 4 : 60;
const PEAK_SECONDS = isShort ? 2 : 20;
const PEAK_CONNECTIONS = isShort ? 4 : 16;

/** `npm run load -- signup-api`: one alone; `npm run load -- signup-api 60`: for an hour. */
const isNumber = (text: string): boolean => /^\d+$/.test(text);
const asked = process.argv.slice(2).filter((argument) => !isNumber(argument));
const minutes = process.argv.slice(2).find(isNumber) ?? "10";
const SOAK_SECONDS = isShort ? 10 : Number(minutes) * 60;
const unknown = asked.filter((name) => !Object.hasOwn(SCENARIOS, name));
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(", ")}; there are ${Object.keys(SCENARIOS).join(", ")}`);

buildPackage();
await using server = await startPostgres();
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (asked.length === 0 || asked.includes(name)) await load(name, scenario);
}

async function load(name: string, scenario: Scenario): Promise<void> {
  const folder = await builtApp(name);
  const secret = randomBytes(32).toString("hex");
  await using post = await postOffice(secret);
  await using database = await createDatabase(server.url);
  const surroundings: Surroundings = { post, secret };
  // Every app says in this file how it makes its own settings.
  const { local } = (await import(`../../../examples/${name}/local.ts`)) as { readonly local: Local };
  const environment = { ...local.environment(), ...scenario.environment(surroundings), DATABASE_URL: database.url, PORT: "0" };
  await runToEnd(folder, "migrate", environment);
  await using processes = await startAll(folder, scenario.processes, environment);
  const url = processes.all[0]?.said ?? "";
  const prepared = await scenario.prepare(client(url), surroundings);

  console.log(
    `# ${name}: \`${isShort ? "BENCH_SHORT=1 " : ""}npm run load -- ${name} ${minutes}\` on ${availableParallelism()} cores, Node ${process.versions.node}\n`,
  );
  const memory = watch(processes.all);
  const soak = await traffic(scenario.visit(prepared), surroundings, {
    url,
    seconds: SOAK_SECONDS,
    connections: SOAK_CONNECTIONS,
    rate: RATE,
    meanwhile: scenario.meanwhile(prepared),
  });
  const grown = await memory.stop();
  const signUps = await traffic([scenario.signUp], surroundings, { url, seconds: PEAK_SECONDS, connections: PEAK_CONNECTIONS });
  const logIns = await traffic([scenario.logIn(prepared)], surroundings, { url, seconds: PEAK_SECONDS, connections: PEAK_CONNECTIONS });

  printTable(
    ["", "seconds", "requests a second", "not answered well", "p50", "p99", "longest"],
    [
      row("mixed traffic", soak),
      ...[...soak.took].map(([step, took]) => ["– " + step, "", (took.length / soak.seconds).toFixed(1), "", ...latencies(took)]),
      row("sign-ups alone", signUps),
      row("log-ins alone", logIns),
    ],
  );
  printTable(
    ["memory of", "in the second quarter", "in the last quarter"],
    grown.map(({ process, before, after }) => [process, megabytes(before), megabytes(after)]),
  );
  const failures = [
    ...[soak, signUps, logIns]
      .filter(({ notAnsweredWell }) => notAnsweredWell > 0)
      .flatMap(({ notAnsweredWell, refused }) => [
        ...[...refused].slice(0, 5).map(([answer, times]) => `${times} times ${answer}`),
        `${notAnsweredWell - [...refused.values()].reduce((all, times) => all + times, 0)} without an answer`,
      ]),
    ...processes.all.filter((each) => each.hasEnded()).map((each) => `${each.name} has ended`),
    ...grown
      .filter(({ before, after }) => !isShort && after > 1.15 * before)
      .map(({ process }) => `the memory of the ${process} has grown`),
    ...(soak.requestsPerSecond < WANTED ? [`the rate of ${WANTED.toFixed(0)} a second was not reached`] : []),
  ];
  for (const failure of failures) console.log(`FAILED: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}

async function startAll(folder: string, names: readonly string[], environment: Readonly<Record<string, string>>) {
  const all: Running[] = [];
  for (const name of names) all.push(await running(folder, name, environment));
  return {
    all,
    [Symbol.asyncDispose]: async () => {
      for (const each of all) await each[Symbol.asyncDispose]();
    },
  };
}

/** Looks at the memory of processes until it is told to stop. */
function watch(processes: readonly Running[]) {
  const samples = new Map(processes.map((each) => [each, [] as number[]]));
  const ended = new AbortController();
  const watching = (async () => {
    while (!ended.signal.aborted) {
      for (const [each, seen] of samples) seen.push(each.memory());
      await pause(isShort ? 500 : 5000, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      ended.abort();
      await watching;
      return [...samples].map(([{ name }, seen]) => {
        const quarter = Math.ceil(seen.length / 4);
        return { process: name, before: median(seen.slice(quarter, 2 * quarter)), after: median(seen.slice(-quarter)) };
      });
    },
  };
}

function row(what: string, { seconds, requestsPerSecond, notAnsweredWell, took }: Outcome): readonly (string | number)[] {
  return [what, seconds, requestsPerSecond.toFixed(0), notAnsweredWell, ...latencies([...took.values()].flat())];
}

function latencies(took: readonly number[]): readonly string[] {
  return [0.5, 0.99, 1].map((share) => milliseconds(percentile(took, share)));
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
