import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "denizen/ports";
import { joinContract, storeContract } from "denizen/testing";
import { createDatabase } from "../../examples/support/postgres.js";
import type { Database } from "../../examples/support/postgres.js";
import { open, servers } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

const SERVER = process.env["POSTGRES_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres";

const HOW_TO_START = `There is no PostgreSQL at ${SERVER}. Start one, on its standard port:
  docker run --rm -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres:15
or set POSTGRES_URL to one of yours.`;

let database: Database;
beforeAll(async () => {
  try {
    database = await createDatabase(SERVER);
  } catch (cause) {
    throw new Error(HOW_TO_START, { cause });
  }
});
afterAll(() => database?.[Symbol.asyncDispose]());

describe.each(servers)("the store contract on an installed PostgreSQL, through %s", (driver) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open(driver, { url: database.url, migrates: true });
  });
  afterAll(() => opened.close());

  test("is on the server that was asked for", async () => {
    expect((await opened.store.settle("nobody", "2026-01-01T00:00:00.000Z"))._unsafeUnwrap().status).toBe("rolled-back");
  });

  for (const { name, run } of storeContract(() => Promise.resolve(opened.store as Store<unknown>))) test(name, run);

  const joinable = () =>
    Promise.resolve({ store: opened.store, transaction: (work: Parameters<Opened["transaction"]>[0]) => opened.transaction(work) });
  for (const { name, run } of joinContract(joinable)) test(name, run);
});
