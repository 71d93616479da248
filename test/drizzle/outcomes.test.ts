import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Application, attempt, ok } from "denizen";
import { cuttingProxy } from "../support/cutting-proxy.js";
import type { CuttingProxy } from "../support/cutting-proxy.js";
import { open, servers } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

describe.each(servers)("a connection lost on %s", (driver) => {
  let direct: Opened;
  let proxy: CuttingProxy;
  let proxied: Opened;

  beforeAll(async () => {
    direct = await open(driver);
    proxy = await cuttingProxy(direct.url);
    const { store, ...rest } = await open(driver, { url: proxy.url, connections: 1, timeout: 3000 });
    // Whom nobody can wake up is not rung for: what is cut off is what the test says.
    const { wakeUps: _, ...silent } = store;
    proxied = { ...rest, store: silent };
    expect((await new Application({ store: proxied.store }).users().read({ id: "warm" })).isErr()).toBe(true);
  });
  afterAll(async () => {
    await proxied.close();
    await proxy.close();
    await direct.close();
  });

  const save = (email: string, cut?: "before" | "after") =>
    attempt(async function* () {
      await using users = new Application({ store: proxied.store }).users();
      const user = yield* users.create({ name: "Ada", emails: [email] });
      if (cut !== undefined) proxy.cut(cut);
      return ok(yield* users.save(user));
    });

  test.each([
    ["before", "rolled-back", "user-not-found"],
    ["after", "committed", undefined],
  ] as const)("while committing, %s the request arrived, is an unknown outcome that can be settled: %s", async (when, status, missing) => {
    expect((await save(`warm-${when}@example.com`)).isOk()).toBe(true);
    const failed = (await save(`${when}@example.com`, when))._unsafeUnwrapErr();
    if (failed.code !== "commit-outcome-unknown") throw new Error(`unexpected: ${failed.code}`);
    const application = new Application({ store: proxied.store });
    const outcome = await application.outcome(failed.commitId);
    expect(outcome._unsafeUnwrap().status).toBe(status);
    expect((await application.outcome(failed.commitId))._unsafeUnwrap().status).toBe(status);
    await using users = application.users();
    const read = await users.read({ email: `${when}@example.com` });
    expect(read.isErr() ? read.error.code : undefined).toBe(missing);
  });

  test("while reading is store-unavailable, and the pool is back at the next call", async () => {
    await using users = new Application({ store: proxied.store }).users();
    proxy.cut("before");
    expect((await users.read({ id: "nobody" }))._unsafeUnwrapErr().code).toBe("store-unavailable");
    expect((await users.read({ id: "nobody" }))._unsafeUnwrapErr().code).toBe("user-not-found");
  });

  test.each([
    ["before", "rolled-back"],
    ["after", "committed"],
  ] as const)("at the COMMIT of an open transaction, %s it arrived, is an unknown outcome too: %s", async (when, status) => {
    // Connections of its own: a driver names its COMMIT only once on each.
    const fresh = await open(driver, { url: proxy.url, connections: 1, timeout: 3000 });
    const application = new Application({ store: fresh.store });
    application.inTransaction.subscribe("email-added", () => undefined);
    await using users = application.users();
    const user = (await users.create({ name: "Ada", emails: [`commit-${when}@example.com`] }))._unsafeUnwrap();
    proxy.cut(when, /\bcommit\0/i);
    const failed = (await users.save(user))._unsafeUnwrapErr();
    if (failed.code !== "commit-outcome-unknown") throw new Error(`unexpected: ${failed.code}`);
    expect((await application.outcome(failed.commitId))._unsafeUnwrap().status).toBe(status);
    await fresh.close();
  });

  test("a commit that was settled as rolled back can never arrive late", async () => {
    const application = new Application({ store: proxied.store });
    expect((await application.outcome("late"))._unsafeUnwrap().status).toBe("rolled-back");
    const record = { commitId: "late", tenant: "default", at: "2026-01-01T00:00:00.000Z" };
    const late = await proxied.store.commit({ tenant: "default", aggregates: [], events: [], vault: [], erased: [] }, record);
    expect(late._unsafeUnwrapErr().code).toBe("commit-outcome-unknown");
    expect((await application.outcome("late"))._unsafeUnwrap().status).toBe("rolled-back");
  });
});
