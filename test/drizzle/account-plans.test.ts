import { sql } from "drizzle-orm";
import type { Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResultAsync } from "denizen";
import type { AccountSort, LoadFailure, ProfileSort, SessionEvent, Store, StoredEvent } from "denizen/ports";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { overheard, plansOf, wholeTables } from "./explained.js";

const AT = "2026-01-01T00:00:00.000Z";
const LATER = "2026-01-01T01:00:00.000Z";
const LOCKOUT = { limit: 5, first: 60_000, longest: 3_600_000, memory: 86_400_000 };
const metadata = { actor: "system:plans", tenant: "default", commitId: "c", correlationId: "c", causationId: null, trace: null };

let opened: Opened;
let client: Sql;
let store: Store<unknown>;
let said: string[];

// Three thousand of everything, of which the last hundred accounts are suspended and hold a role of their own.
beforeAll(async () => {
  opened = await open("postgres.js");
  ({ client, store, said } = overheard(opened));
  const fill = (columns: string) => opened.database.execute(sql.raw(`insert into ${columns} from generate_series(1, 3000) n`));
  for (const kind of ["user", "account"]) await fill(`denizen_aggregates select 'default', '${kind}', n::text, 1, 1`);
  await fill(`denizen_identifiers select 'default', 'user', 'email', n || '@example.com', '', n::text`);
  await fill(`denizen_vault select 'default', 'credential ' || n, n::text, 1, 'secret'`);
  await fill(`denizen_users (tenant, id, display_name, username, attributes, created_at)
    select 'default', n::text, 'User ' || n, 'user-' || n, '{}', timestamptz '${AT}' - n * interval '1 minute'`);
  await fill(`denizen_user_emails select 'default', n::text, n || '@example.com', 0, true, '${AT}'`);
  await fill(`denizen_user_phones select 'default', n::text, '+346' || n, 0, true, null`);
  await fill(`denizen_user_credentials select 'default', n::text, 'credential ' || n, 0, 'password', null, '${AT}'`);
  await fill(`denizen_accounts select 'default', n::text, case when n > 2900 then 'suspended' else 'active' end, 1, null, 1,
    timestamptz '${AT}' - n * interval '1 minute'`);
  await fill(`denizen_account_roles select 'default', n::text, case when n > 2900 then 'rare' else 'user' end, '', 0, '${AT}'`);
  await fill(`denizen_sessions (tenant, id, account_id, security_version, methods, family, refresh, access, access_expires_at,
      started_at, last_used_at, idle_expires_at, expires_at)
    select 'default', 'session ' || n, n::text, 1, '[]', 'family ' || n, 'refresh ' || n, 'access ' || n, '${LATER}',
      '${AT}', '${AT}', '${LATER}', '${LATER}'`);
  await fill(`denizen_attempts select 'default', 'password', 'user:' || n, 1, '${AT}'`);
  await opened.database.execute(sql`analyze`);
});
afterAll(async () => {
  await client.end();
  await opened.close();
});

let events = 0;
const event = (): SessionEvent => ({
  id: `event ${++events}`,
  type: "session-refreshed",
  version: 1,
  occurredAt: AT,
  payload: {},
  personal: null,
  metadata,
});
const published = (): StoredEvent => ({ ...event(), publisher: { kind: "session", id: "new", version: null }, subject: "1" });
const settlement = () => ({ tenant: "default", method: "password", counter: "user:7", succeeded: true, events: [published()] });
const guess = { tenant: "default", method: "password", stranger: "stranger:1", at: AT, lockout: LOCKOUT, alongside: ["account"] };
const session = {
  id: "new",
  account: "1",
  securityVersion: 1,
  device: null,
  methods: ["password"],
  startedAt: AT,
  lastUsedAt: AT,
  idleExpiresAt: LATER,
  expiresAt: LATER,
};
const rotation = (presented: string) => ({
  tenant: "default",
  family: "family 1",
  presented,
  at: AT,
  graceStart: AT,
  idleExpiresAt: LATER,
  next: { refresh: "next", access: null, nonce: "nonce" },
  refreshed: event(),
  replayed: [event()],
});

type Call = (store: Store<unknown>) => ResultAsync<unknown, LoadFailure>;
const page = { tenant: "default", limit: 20 };
const directions = ["ascending", "descending"] as const;

const calls: Readonly<Record<string, Call>> = {
  "counting a guess by id": ({ attempts }) =>
    attempts.count({ ...guess, target: { kind: "user", id: "7" }, device: { holder: "7", name: "d" } }),
  "counting a guess by e-mail": ({ attempts }) =>
    attempts.count({ ...guess, target: { kind: "user", identifier: { kind: "email", key: "8@example.com" } } }),
  "settling a guess": ({ attempts }) => attempts.settle(settlement()),
  "starting a session": ({ sessions }) =>
    sessions.start({
      tenant: "default",
      session,
      family: "new",
      refresh: "new",
      access: null,
      events: [published()],
      settlement: settlement(),
    }),
  "rotating a token": ({ sessions }) => sessions.rotate(rotation("refresh 1")),
  "checking an access token": ({ sessions }) =>
    sessions.check({ tenant: "default", family: "family 2", access: "access 2", at: AT, graceStart: AT }),
  "revoking by id": ({ sessions }) =>
    sessions.revoke({ tenant: "default", target: { id: "session 3", account: "3" }, at: AT, revoked: event() }),
  "revoking by family": ({ sessions }) => sessions.revoke({ tenant: "default", target: { family: "family 4" }, at: AT, revoked: event() }),
  "listing sessions": ({ sessions }) => sessions.list("default", "5", AT),
  "asking who holds identifiers": (all) =>
    all.held(
      "default",
      "user",
      Array.from({ length: 50 }, (_, n) => ({ kind: "email", key: `${n}@example.com` })),
    ),
  "asking for the standing of accounts and a session": (all) =>
    all.standing("default", { accounts: ["1", "2"], session: "session 6", at: AT }),
  "loading an account": (all) => all.load("default", { kind: "account", id: "1" }, { limit: 1 }),
  "asking for one account": ({ queries }) => queries.account("default", "1"),
  "asking for one profile": ({ queries }) => queries.profile("default", "1"),
};

describe("one statement, which reads no whole table:", () => {
  test.each(Object.entries(calls))("%s", async (_, call) => {
    said.length = 0;
    expect((await call(store)).isOk()).toBe(true);
    expect(said).toHaveLength(1);
    const [plan] = await plansOf(client, said);
    expect(wholeTables(plan?.lines ?? []), plan?.lines.join("\n")).toEqual([]);
  });
});

interface Page {
  readonly call: Call;
  /** What gives the rows their order, when it is not one of several ways to a page. */
  readonly index?: string;
}

const accountsBy = (sort: AccountSort, value: string, index: string) =>
  directions.flatMap((direction): readonly (readonly [string, Page])[] =>
    [null, { value, id: "1500" }].flatMap((after) => {
      const which = `of accounts by ${sort}, ${direction}, ${after === null ? "from the start" : "after a row"}`;
      const query = { ...page, sort, direction, from: { after } };
      return [
        [which, { call: ({ queries }) => queries.accounts({ ...query, filter: {} }), index }],
        [
          `${which}, of one status`,
          {
            call: ({ queries }) => queries.accounts({ ...query, filter: { status: "suspended" } }),
            index: sort === "status" ? index : index.replace("_opened", "_status_opened"),
          },
        ],
        [`${which}, of one role`, { call: ({ queries }) => queries.accounts({ ...query, filter: { role: "rare" } }) }],
      ];
    }),
  );

const profilesBy = (sort: ProfileSort, value: string, index: string) =>
  directions.flatMap((direction): readonly (readonly [string, Page])[] =>
    [null, { value, id: "1500" }].flatMap((after) => {
      const which = `of profiles by ${sort}, ${direction}, ${after === null ? "from the start" : "after a row"}`;
      const query = { ...page, sort, direction, from: { after } };
      return [
        [which, { call: ({ queries }) => queries.profiles({ ...query, filter: {} }), index }],
        [`${which}, verified`, { call: ({ queries }) => queries.profiles({ ...query, filter: { emailVerified: true } }), index }],
        [`${which}, not verified`, { call: ({ queries }) => queries.profiles({ ...query, filter: { phoneVerified: false } }), index }],
      ];
    }),
  );

describe("a page after a row is one statement, which goes by an index:", () => {
  test.each([
    ...accountsBy("openedAt", AT, "denizen_accounts_opened"),
    ...accountsBy("status", "active", "denizen_accounts_status"),
    ...profilesBy("createdAt", AT, "denizen_users_created"),
    ...profilesBy("username", "user-5", "denizen_users_by_username"),
    ...profilesBy("name", "User 5", "denizen_users_by_name"),
  ])("%s", async (_, { call, index }) => {
    said.length = 0;
    expect((await call(store)).isOk()).toBe(true);
    expect(said).toHaveLength(1);
    const [plan] = await plansOf(client, said);
    const text = plan?.lines.join("\n");
    expect(wholeTables(plan?.lines ?? []), text).toEqual([]);
    // The rows come in order, and no more of them than the page has.
    if (index !== undefined) expect(text).toMatch(new RegExp(`Limit .*\\n\\s+->  Index (Only )?Scan (Backward )?using ${index} `));
  });
});

test("a page by offset and its total are one statement", async () => {
  said.length = 0;
  const query = { ...page, filter: {}, sort: "openedAt", direction: "ascending", from: { offset: 2990 } } as const;
  const listed = (await store.queries.accounts(query))._unsafeUnwrap();
  expect([listed.rows.length, listed.total, said.length]).toEqual([10, 3000, 1]);
});
