import { sql } from "drizzle-orm";
import { drizzle as drizzlePostgresJs } from "drizzle-orm/postgres-js";
import postgresJs from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Application, ok } from "denizen";
import { drizzle } from "denizen/drizzle";
import { fastHasher } from "denizen/testing";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { plansOf, wholeTables } from "./explained.js";

let opened: Opened;
beforeAll(async () => {
  opened = await open("postgres.js");
});
afterAll(() => opened.close());

test("no statement reads a whole table of denizen's: every plan goes by an index, also with a few thousand users", async () => {
  const said = new Set<string>();
  const client = postgresJs(opened.url, { max: 2, onnotice: () => undefined });
  const database = drizzlePostgresJs(client, { logger: { logQuery: (query) => said.add(query) } });
  const application = new Application({ store: drizzle(database), passwordHasher: fastHasher() });
  const made = await application.transact(async function* ({ uow }) {
    for (let index = 0; index < 3000; index++) {
      yield* uow.users.create({
        name: `User ${index}`,
        emails: [`user${index}@example.com`],
        phones: [`+346${String(index).padStart(8, "0")}`],
        password: "correct horse battery",
      });
    }
    return ok();
  });
  expect(made.isOk()).toBe(true);
  await opened.database.execute(
    sql`insert into denizen_attempts select 'default', 'password', 'user:' || n, 1, now() from generate_series(1, 3000) n`,
  );
  await opened.database.execute(
    sql`insert into denizen_commits select 'commit-' || n, 'default', now(), '1.1', 'system:filler', n::text from generate_series(1, 3000) n`,
  );
  await opened.database.execute(sql`insert into denizen_accounts select tenant, id, 'active', 1, null, 1, created_at from denizen_users`);
  await opened.database.execute(sql`insert into denizen_account_roles select tenant, id, 'user', '', 0, created_at from denizen_users`);
  await opened.database.execute(sql`analyze`);

  said.clear();
  await using users = application.users();
  const user = (await users.read({ email: "user42@example.com" }))._unsafeUnwrap();
  expect((await users.read({ name: "User 7" })).isOk()).toBe(true);
  expect((await user.setUsername("forty-two")).isOk()).toBe(true);
  expect(user.addEmail("other42@example.com").isOk()).toBe(true);
  expect((await users.save(user)).isOk()).toBe(true);
  expect(
    user
      .makePrimaryEmail("other42@example.com")
      .andThen(() => user.removeEmail("user42@example.com"))
      .isOk(),
  ).toBe(true);
  expect((await user.setUsername("four-and-two")).isOk()).toBe(true);
  expect((await user.setPassword("another horse battery")).isOk()).toBe(true);
  expect((await users.save(user)).isOk()).toBe(true);
  expect((await user.verify({ password: "another horse battery" })).isOk()).toBe(true);
  expect((await users.verify({ email: "nobody@example.com" }, { password: "another horse battery" })).isErr()).toBe(true);
  const locked = await application.transact(
    async function* ({ uow }) {
      const one = yield* uow.users.get(user.id, { lock: "update" });
      yield* one.rename("Forty-two");
      return ok();
    },
    { commandId: "plans" },
  );
  expect(locked.isOk()).toBe(true);

  const own = [...said].filter((query) => query.includes("denizen_"));
  expect(own.length).toBeGreaterThan(8);
  for (const { query, lines } of await plansOf(client, own)) expect(wholeTables(lines), `${query}\n${lines.join("\n")}`).toEqual([]);
  await client.end();
}, 60_000);
