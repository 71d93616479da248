import { setTimeout } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rotation, SessionEvent, StoredSession } from "denizen/ports";
import { open, servers } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

const AT = "2026-01-01T00:00:00.000Z";
const after = (milliseconds: number): string => new Date(Date.parse(AT) + milliseconds).toISOString();
const metadata = { actor: "system:sessions", tenant: "default", commitId: "c", correlationId: "c", causationId: null, trace: null };

let names = 0;
const name = (kind: string): string => `${kind} ${++names}`;
const event = (type: string): SessionEvent => ({
  id: name("event"),
  type,
  version: 1,
  occurredAt: AT,
  payload: {},
  personal: null,
  metadata,
});

describe.each(servers)("sessions on %s", (driver) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open(driver);
  });
  afterAll(() => opened.close());

  async function rows(text: string): Promise<readonly Record<string, unknown>[]> {
    const result: unknown = await opened.database.execute(sql.raw(text));
    return Array.isArray(result) ? result : Reflect.get(Object(result), "rows");
  }

  async function start(): Promise<StoredSession & { readonly family: string; readonly refresh: string }> {
    const [account, id, family, refresh] = [name("account"), name("session"), name("family"), name("refresh")];
    await rows(
      `insert into denizen_accounts (tenant, id, status, security_version, opened_at) values ('default', '${account}', 'active', 1, '${AT}')`,
    );
    const session = {
      id,
      account,
      securityVersion: 1,
      device: "phone",
      methods: ["password"],
      startedAt: AT,
      lastUsedAt: AT,
      idleExpiresAt: after(3_600_000),
      expiresAt: after(36_000_000),
    };
    const started = await opened.store.sessions.start({ tenant: "default", session, family, refresh, access: null, events: [] });
    expect(started.isOk()).toBe(true);
    return { ...session, family, refresh };
  }

  const rotation = (family: string, presented: string, next = name("refresh")): Rotation => ({
    tenant: "default",
    family,
    presented,
    at: after(1000),
    graceStart: AT,
    idleExpiresAt: after(3_601_000),
    next: { refresh: next, access: null, nonce: `made into ${next}` },
    refreshed: event("session-refreshed"),
    replayed: [event("refresh-token-replayed"), event("session-revoked")],
  });

  /** A call that begins, finds the session's row held, and goes on when another has refreshed it and all sessions but this have ended. */
  async function afterWaiting<Value>({ id, account }: StoredSession, call: () => PromiseLike<Value>): Promise<Value> {
    let waiting: Promise<Value> | undefined;
    await opened.transaction(async (tx) => {
      await tx.execute(sql`select 1 from denizen_sessions where id = ${id} for update`);
      waiting = (async () => call())();
      const isWaiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await rows(isWaiting)).length === 0) await setTimeout(5);
      await rows(`update denizen_accounts set security_version = 2, spared_session = '${id}' where id = '${account}'`);
      await tx.execute(sql`update denizen_sessions set security_version = 2, last_used_at = ${after(500)} where id = ${id}`);
    });
    if (waiting === undefined) throw new Error("nobody waited");
    return waiting;
  }

  test("who waits for another's refreshing is not told that the session has ended, when it was spared meanwhile", async () => {
    const session = await start();
    const rotated = await afterWaiting(session, () => opened.store.sessions.rotate(rotation(session.family, session.refresh)));
    expect(rotated._unsafeUnwrap()).toMatchObject({ outcome: "rotated", session: { securityVersion: 2, lastUsedAt: after(1000) } });
    expect((await opened.store.sessions.list("default", session.account, after(2000)))._unsafeUnwrap()).toHaveLength(1);
  });

  test("nor is who waits to revoke it: it ends", async () => {
    const session = await start();
    const revoked = await afterWaiting(session, () =>
      opened.store.sessions.revoke({ tenant: "default", target: session, at: after(1000), revoked: event("session-revoked") }),
    );
    expect(revoked._unsafeUnwrap()).toMatchObject({ id: session.id, lastUsedAt: after(500) });
    expect((await opened.store.sessions.list("default", session.account, after(2000)))._unsafeUnwrap()).toEqual([]);
  });

  test("a grace changes nothing of the row, and appends nothing", async () => {
    const session = await start();
    expect((await opened.store.sessions.rotate(rotation(session.family, session.refresh)))._unsafeUnwrap().outcome).toBe("rotated");
    const all = async () => [
      await rows(`select *, ctid::text from denizen_sessions where id = '${session.id}'`),
      await rows(`select count(*)::text as events from denizen_events where publisher = '${session.id}'`),
    ];
    const before = await all();
    expect((await opened.store.sessions.rotate(rotation(session.family, session.refresh)))._unsafeUnwrap().outcome).toBe("graced");
    expect(await all()).toEqual(before);
  });

  test("what happened is in the log, once and in order, under the session's id and its account's", async () => {
    const session = await start();
    const all = [rotation(session.family, session.refresh), rotation(session.family, session.refresh), rotation(session.family, "stolen")];
    const outcomes = [];
    for (const asked of [...all, ...all]) outcomes.push((await opened.store.sessions.rotate(asked))._unsafeUnwrap().outcome);
    expect(outcomes).toEqual(["rotated", "graced", "replayed", "ended", "ended", "ended"]);
    expect(
      await rows(`select type, kind, version, subject from denizen_events where publisher = '${session.id}' order by pos, seq`),
    ).toEqual(
      ["session-refreshed", "refresh-token-replayed", "session-revoked"].map((type) => ({
        type,
        kind: "session",
        version: null,
        subject: session.account,
      })),
    );
  });

  test("the log has the refreshes of a session in the order of its tokens, however many come at once", async () => {
    const session = await start();
    const chain = Array.from({ length: 8 }, (_, index) => ({
      ...rotation(session.family, `${session.id}:${index}`, `${session.id}:${index + 1}`),
    }));
    await rows(`update denizen_sessions set refresh = '${session.id}:0' where id = '${session.id}'`);
    for (const link of chain) {
      // Each at once with its own doubles: one is rotated, whoever it is.
      const doubles = Array.from({ length: 6 }, () => ({ ...link, refreshed: event(link.next.refresh) }));
      const answers = await Promise.all(doubles.map((double) => opened.store.sessions.rotate(double)));
      expect(answers.map((answer) => answer._unsafeUnwrap().outcome).sort()).toEqual([...Array<string>(5).fill("graced"), "rotated"]);
    }
    expect(await rows(`select type from denizen_events where publisher = '${session.id}' order by pos, seq`)).toEqual(
      chain.map(({ next }) => ({ type: next.refresh })),
    );
  });
});

describe("in a time zone with summer time", () => {
  let opened: Opened;
  beforeAll(async () => {
    const migrated = await open("postgres.js");
    await migrated.database.execute(
      sql.raw(`do $$ begin execute 'alter database ' || current_database() || ' set timezone to ''America/New_York'''; end $$`),
    );
    // Connections take the zone when they are made.
    const zoned = await open("postgres.js", { url: migrated.url });
    opened = { ...zoned, close: async () => zoned.close().then(() => migrated.close()) };
  });
  afterAll(() => opened.close());

  // That night the clocks go forward.
  const NIGHT = "2026-03-08T05:30:00.000Z";
  const DAY = 86_400_000;
  const from = (milliseconds: number): string => new Date(Date.parse(NIGHT) + milliseconds).toISOString();

  test("a lock and a memory of a day last 24 hours", async () => {
    expect(await opened.database.execute(sql`show timezone`)).toEqual([{ TimeZone: "America/New_York" }]);
    const guess = async (stranger: string, milliseconds: number, limit: number) => {
      const lockout = { limit, first: DAY, longest: DAY, memory: DAY };
      const target = { kind: "user", id: "nobody" };
      const asked = { tenant: "default", target, method: "password", stranger, at: from(milliseconds), lockout };
      return (await opened.store.attempts.count(asked))._unsafeUnwrap();
    };
    await guess("locked", 0, 1);
    expect((await guess("locked", 1, 1)).refusedUntil).toBe(from(DAY));
    expect((await guess("locked", DAY - 1, 1)).refusedUntil).toBe(from(DAY));
    expect((await guess("locked", DAY, 1)).refusedUntil).toBeNull();
    await guess("remembered", 0, 9);
    await guess("forgotten", 0, 9);
    expect([(await guess("remembered", DAY - 1, 9)).count, (await guess("forgotten", DAY, 9)).count]).toEqual([2, 1]);
  });

  test("instants are those that were given, in UTC", async () => {
    await opened.database.execute(
      sql`insert into denizen_accounts (tenant, id, status, security_version, opened_at) values ('default', 'zoned', 'active', 1, ${NIGHT})`,
    );
    const session = {
      id: "zoned",
      account: "zoned",
      securityVersion: 1,
      device: null,
      methods: [],
      startedAt: NIGHT,
      lastUsedAt: from(1),
      idleExpiresAt: from(DAY),
      expiresAt: from(2 * DAY),
    };
    const started = await opened.store.sessions.start({ tenant: "default", session, family: "f", refresh: "r", access: null, events: [] });
    expect(started.isOk()).toBe(true);
    expect((await opened.store.sessions.list("default", "zoned", from(2)))._unsafeUnwrap()).toEqual([session]);
    expect((await opened.store.queries.account("default", "zoned"))._unsafeUnwrap()?.openedAt).toBe(NIGHT);
  });
});
