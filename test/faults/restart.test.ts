import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Application, attempt, ok } from "denizen";
import { migrate, postgres } from "denizen/drizzle";
import { createDatabase } from "../../examples/support/postgres.js";
import { open, servers } from "../support/drivers.js";
import { crashingServer } from "./server.js";
import type { CrashingServer } from "./server.js";

const CRASHES = process.env["FAULTS_SHORT"] === "1" ? 2 : 10;
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let server: CrashingServer;
const unhandled: unknown[] = [];
beforeAll(async () => {
  process.on("unhandledRejection", (reason) => unhandled.push(reason instanceof Error ? reason.stack : reason));
  server = await crashingServer();
}, 60_000);
afterAll(() => server.end());

describe.each(servers)("PostgreSQL stopped at once and started again under load, on %s", (driver) => {
  test("loses no acknowledged commit; every call ends typed; unknown outcomes are settled; the pool is back", async () => {
    const { url } = await createDatabase(server.url);
    const setup = await postgres(url, { connections: 1 });
    expect((await migrate(setup.database)).isOk()).toBe(true);
    await setup.close();
    const { store, database, close } = await open(driver, { url, connections: 8, timeout: 4000, acquireTimeout: 2000 });
    const application = new Application({ store });
    application.inTransaction.subscribe("phone-added", () => undefined);

    const acknowledged = new Set<string>();
    const unknown = new Map<string, string>();
    const answers = new Map<string, number>();
    let running = true;
    const worker = async (lane: number): Promise<void> => {
      for (let turn = 0; running; turn++) {
        const email = `${driver.replace(".", "")}-${lane}-${turn}@example.com`;
        const phones = lane % 2 === 0 ? [] : [`+346${String(lane * 1_000_000 + turn).padStart(8, "0")}`];
        const answer = await attempt(async function* () {
          await using users = application.users();
          const user = yield* users.create({ name: "Ada", emails: [email], phones });
          yield* users.save(user);
          return ok(user.id);
        });
        const code = answer.isOk()
          ? "ok"
          : answer.error.code === "store-failed"
            ? `store-failed ${answer.error.detail}`
            : answer.error.code;
        answers.set(code, (answers.get(code) ?? 0) + 1);
        if (answer.isOk()) acknowledged.add(email);
        else if (answer.error.code === "commit-outcome-unknown") unknown.set(email, answer.error.commitId);
        if (answer.isErr()) await sleep(20);
      }
    };
    const workers = Promise.all(Array.from({ length: 16 }, (_, lane) => worker(lane)));
    const recoveries: number[] = [];
    for (let crash = 0; crash < CRASHES; crash++) {
      await sleep(1500);
      await server.crash();
      await server.restart();
      const up = Date.now();
      const before = acknowledged.size;
      while (acknowledged.size === before && Date.now() - up < 20_000) await sleep(5);
      recoveries.push(Date.now() - up);
    }
    await sleep(500);
    running = false;
    await workers;

    expect(
      [...answers.keys()].filter((code) => !["ok", "store-unavailable", "store-busy", "commit-outcome-unknown"].includes(code)),
    ).toEqual([]);
    expect(Math.max(...recoveries)).toBeLessThan(5000);
    // Settled before anything is read: until then the server may still be at the statement of a client that it has lost.
    const outcomes = new Map<string, string>();
    for (const [email, commitId] of unknown) outcomes.set(email, (await application.outcome(commitId))._unsafeUnwrap().status);
    const rows: unknown = await database.execute("select key from denizen_identifiers where kind = 'email'");
    const keys = (Array.isArray(rows) ? rows : (Reflect.get(Object(rows), "rows") as unknown[])).map((row: unknown) =>
      Reflect.get(Object(row), "key"),
    );
    const there = new Set<unknown>(keys);
    expect([...acknowledged].filter((email) => !there.has(email))).toEqual([]);
    for (const [email, status] of outcomes) expect([email, there.has(email)]).toEqual([email, status === "committed"]);
    await sleep(50);
    expect(unhandled).toEqual([]);
    console.log(
      `${driver}: ${CRASHES} crashes, ${acknowledged.size} acknowledged and all there, ${unknown.size} unknown and all settled, ` +
        `back in at most ${Math.max(...recoveries)} ms; ${JSON.stringify(Object.fromEntries(answers))}`,
    );
    await close();
  }, 180_000);
});
