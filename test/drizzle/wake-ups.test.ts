import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sql } from "drizzle-orm";
import postgresJs from "postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { unsteadyProxy } from "../support/brokers.js";
import { serverUrl } from "../support/database.js";
import { drivers, open, servers } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

const SOON = { timeout: 10_000, interval: 20 };

describe.each(drivers)("waking workers up on %s", (driver) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open(driver, { wakeUps: true });
  });
  afterAll(() => opened.close());

  test("who listens hears whoever rings, until he stops", async () => {
    let heard = 0;
    const stop = await opened.store.wakeUps?.listen(() => heard++);
    await opened.store.wakeUps?.ring();
    await vi.waitFor(() => expect(heard).toBe(1), SOON);
    await stop?.();
    await opened.store.wakeUps?.ring();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard).toBe(1);
  });

  test("he is told what was said", async () => {
    const heard: (string | undefined)[] = [];
    const stop = await opened.store.wakeUps?.listen((message) => heard.push(message));
    for (const message of ["0123456789abcdef", undefined]) await opened.store.wakeUps?.ring(message);
    await vi.waitFor(() => expect(heard).toEqual(["0123456789abcdef", ""]), SOON);
    await stop?.();
  });

  test("what the one who listens throws is nobody's business", async () => {
    let heard = 0;
    const stop = await opened.store.wakeUps?.listen(() => {
      heard++;
      throw new Error("a listener's own");
    });
    await opened.store.wakeUps?.ring();
    await opened.store.wakeUps?.ring();
    await vi.waitFor(() => expect(heard).toBe(2), SOON);
    await stop?.();
  });
});

describe.each(servers)("the connection that listens, on %s,", (driver) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open(driver, { wakeUps: true });
  });
  afterAll(() => opened.close());

  const listening = `select pid from pg_stat_activity where datname = current_database() and query ilike 'listen%'`;
  const count = async () => [...(await rowsOf(listening))].length;
  const rowsOf = async (text: string): Promise<readonly unknown[]> => {
    const result: unknown = await opened.database.execute(sql.raw(text));
    return Array.isArray(result) ? result : (Reflect.get(Object(result), "rows") as unknown[]);
  };

  test("comes back when it is lost, and tells that something may have been missed", async () => {
    let heard = 0;
    const stop = await opened.store.wakeUps?.listen(() => heard++);
    for (const lost of [1, 2]) {
      await vi.waitFor(async () => expect(await count()).toBe(1), SOON);
      await rowsOf(`select pg_terminate_backend(pid) from (${listening}) l`);
      await vi.waitFor(() => expect(heard).toBe(2 * lost - 1), SOON);
      await opened.store.wakeUps?.ring();
      await vi.waitFor(() => expect(heard).toBe(2 * lost), SOON);
    }
    await stop?.();
    await vi.waitFor(async () => expect(await count()).toBe(0), SOON);
  });

  test("comes back also after a while in which there is none to be had", async () => {
    let heard = 0;
    const stop = await opened.store.wakeUps?.listen(() => heard++);
    const [database] = await rowsOf(`select current_database()::text as name`);
    const name = String(Reflect.get(Object(database), "name"));
    // Nobody does this to the database that he is in.
    const elsewhere = postgresJs(serverUrl(), { max: 1 });
    await elsewhere.unsafe(`alter database ${name} allow_connections false`);
    await rowsOf(`select pg_terminate_backend(pid) from (${listening}) l`);
    await vi.waitFor(async () => expect(await count()).toBe(0), SOON);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await count()).toBe(0);
    await elsewhere.unsafe(`alter database ${name} allow_connections true`);
    await elsewhere.end();
    await vi.waitFor(() => expect(heard).toBe(1), SOON);
    await opened.store.wakeUps?.ring();
    await vi.waitFor(() => expect(heard).toBe(2), SOON);
    await stop?.();
  });

  test("is looked for in the background where there is none: nobody waits, nothing is thrown", async () => {
    const nowhere = await open(driver, { url: "postgres://nobody:nothing@127.0.0.1:1/nowhere", acquireTimeout: 200, wakeUps: true });
    const stop = await nowhere.store.wakeUps?.listen(() => undefined);
    await nowhere.store.wakeUps?.ring();
    await stop?.();
    await nowhere.close();
  });

  test("is left within a moment though the network is dead", async () => {
    const proxy = await unsteadyProxy(opened.url);
    const { store } = await open(driver, { url: proxy.url, wakeUps: true });
    let heard = 0;
    const stop = await store.wakeUps?.listen(() => heard++);
    await opened.store.wakeUps?.ring();
    await vi.waitFor(() => expect(heard).toBe(1), SOON);
    proxy.hang();
    const began = performance.now();
    await stop?.();
    expect(performance.now() - began).toBeLessThan(3000);
    await proxy.close();
  });

  test("keeps no process alive once it was stopped", async () => {
    const program = `
      import { open } from "./test/support/drivers.ts";
      const { store, close } = await open(${JSON.stringify(driver)}, { url: ${JSON.stringify(opened.url)}, wakeUps: true });
      const stop = await store.wakeUps.listen(() => console.log("heard"));
      await store.wakeUps.ring();
      await new Promise((resolve) => setTimeout(resolve, 200));
      await stop();
      await close();
      console.log("over");`;
    const { stdout } = await promisify(execFile)("npx", ["tsx", "--input-type=module", "--eval", program], { timeout: 25_000 });
    expect(stdout).toContain("over");
  });
});
