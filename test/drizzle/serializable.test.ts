import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Store } from "denizen/ports";
import { storeContract } from "denizen/testing";
import { freshDatabase } from "../support/database.js";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { Reader } from "./log-world.js";

/** What a caller sees of a guard or a read must not depend on the isolation that a database's owner has made its default. */
const TOPICS = /^(attempts|lock-out|devices|sessions|rotations|access tokens|liveness|held|standing|profiles|accounts|vault): /;

describe("the guards and reads of the contract, on a database whose default is serializable", () => {
  let [opened, database]: [Opened?, Awaited<ReturnType<typeof freshDatabase>>?] = [];
  beforeAll(async () => {
    database = await freshDatabase();
    const first = await open("postgres.js", { url: database.url, migrates: true });
    const name = new URL(database.url).pathname.slice(1);
    await first.database.execute(sql.raw(`alter database ${name} set default_transaction_isolation = 'serializable'`));
    await first.close();
    opened = await open("postgres.js", { url: database.url });
    // Until the log has been looked at, whoever writes looks at its end, and conflicts with all others who write.
    await new Reader(opened.store).take();
  });
  afterAll(async () => {
    await opened?.close();
    await database?.[Symbol.asyncDispose]();
  });

  for (const { name, run } of storeContract(() => Promise.resolve(opened?.store as Store<unknown>))) if (TOPICS.test(name)) test(name, run);
});
