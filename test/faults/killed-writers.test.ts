import { spawn } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fold, userBehaviour } from "denizen";
import type { Foldable, UserEvents } from "denizen";
import { migrate, postgres } from "denizen/drizzle";
import type { PostgresStore } from "denizen/drizzle";
import { createDatabase } from "../../examples/support/postgres.js";
import { crashingServer } from "./server.js";
import type { CrashingServer } from "./server.js";

const WRITERS = 8;
const ROUNDS = process.env["FAULTS_SHORT"] === "1" ? 1 : 6;

let server: CrashingServer;
let url: string;
let store: PostgresStore;
beforeAll(async () => {
  server = await crashingServer();
  ({ url } = await createDatabase(server.url));
  store = await postgres(url);
  expect((await migrate(store.database)).isOk()).toBe(true);
}, 60_000);
afterAll(async () => {
  await store.close();
  await server.end();
});

/** Starts a writer and kills it -9 at a random moment; answers what it was told had been committed. */
function writer(name: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, ["--import", "tsx", "test/faults/writer.ts", url, name], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PGAPPNAME: "writer" },
  });
  let said = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    if (said === "") setTimeout(() => child.kill("SIGKILL"), 200 + Math.random() * 1500);
    said += text;
  });
  // The last line may be half a line: it was not said.
  return new Promise((resolve) => child.on("close", () => resolve(said.split("\n").slice(0, -1))));
}

test("8 writers killed -9 at random points: no change without its event, no event without its change", async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const said = await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(`writer${round * WRITERS + index}`)));
    acknowledged.push(...said.flat());
  }
  // The server goes on with what a client that was killed has said: it is all written when its last connection is gone.
  const writers = "select 1 from pg_stat_activity where application_name = 'writer'";
  await expect.poll(async () => (await store.database.execute(writers)).length, { timeout: 10_000 }).toBe(0);
  const heads: { id: string; version: number }[] = [
    ...(await store.database.execute<{ id: string; version: number }>("select id, version::float8 as version from denizen_aggregates")),
  ];
  const events = await store.database.execute("select count(*)::int as count from denizen_events");
  const ids = new Set(heads.map(({ id }) => id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  let counted = 0;
  for (const { id, version } of heads) {
    const history = (await store.history("default", { kind: "user", id }))._unsafeUnwrap();
    expect(history.map(({ publisher }) => publisher.version)).toEqual(Array.from({ length: Number(version) }, (_, index) => index + 1));
    // The log holds what this aggregate recorded, so its types are those of its events.
    const foldable = history.map(
      ({ payload, personal, ...event }) =>
        ({ ...event, payload: { ...Object(payload), ...Object(personal ?? {}) } }) as Foldable<UserEvents>,
    );
    const [loaded] = (await store.load("default", { kind: "user", id }, { limit: 1 }))._unsafeUnwrap();
    expect(fold(userBehaviour, foldable)).toEqual(loaded?.state);
    counted += history.length;
  }
  expect(events[0]?.["count"]).toBe(counted);
  console.log(
    `${heads.length} users by ${ROUNDS * WRITERS} killed writers: ${acknowledged.length} acknowledged, all there; ${counted} events, each with its change`,
  );
}, 180_000);
