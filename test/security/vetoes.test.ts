import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sql } from "drizzle-orm";
import { domainError, err } from "denizen";
import type { ResultAsync } from "denizen";
import { codeOf } from "../support/codes.js";
import { servers } from "../support/drivers.js";
import type { TestedTransaction } from "../support/drivers.js";
import { newName, NEXT, PASSWORD, secured, signUp, signUpAs, SYSTEM } from "../support/secured.js";
import type { SecuredApplication } from "../support/secured.js";
import { fingerprint, postgresOf, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

type Fails = (tx: TestedTransaction) => unknown;

/** The ways in which a subscriber inside the transaction fails. */
const WAYS: readonly (readonly [name: string, fails: Fails, reason: string])[] = [
  ["answers an err", () => err(domainError("no", "not today")), "no"],
  [
    "throws",
    () => {
      throw new Error("a bug of the host's");
    },
    "subscriber-threw",
  ],
  ["never answers", () => new Promise(() => undefined), "subscriber-timed-out"],
  ["fails in a statement", (tx) => tx.execute(sql`select * from there_is_no_such_table`), "subscriber-threw"],
  [
    "swallows the error of a statement",
    (tx) => tx.execute(sql`select * from there_is_no_such_table`).then(undefined, () => undefined),
    "transaction-broken",
  ],
];

type Call = () => Promise<{ readonly code: string; readonly reason: unknown }>;

const told = async <Value, E>(answer: ResultAsync<Value, E>): ReturnType<Call> => {
  const result = await answer;
  const error: unknown = result.isErr() ? result.error : undefined;
  return { code: codeOf(result), reason: Reflect.get(Object(Reflect.get(Object(error), "reason")), "code") };
};

/** Every command that changes something, each ready to be called again and again until it comes off. */
const COMMANDS: Readonly<Record<string, (application: SecuredApplication) => Promise<Call>>> = {
  signUp: async ({ commands }) => {
    const input = { name: "New", username: newName("new"), emails: [`${newName("new")}@example.com`], password: PASSWORD };
    return () => told(commands.signUp(input));
  },
  setUsername: async (application) => {
    const { commands } = application.as((await signUp(application)).actor);
    const username = newName("named");
    return () => told(commands.setUsername({ username }));
  },
  revokeOtherSessions: async (application) => {
    const { commands } = application.as((await signUp(application)).actor);
    return () => told(commands.revokeOtherSessions());
  },
  createAccount: async (application) => {
    const { commands } = application.as((await signUpAs(application, "admin")).actor);
    const input = { name: "Made", emails: [`${newName("made")}@example.com`], role: "user", password: PASSWORD } as const;
    return () => told(commands.createAccount(input, { commandId: "create-made" }));
  },
  setAccountPassword: async (application) => {
    const { id } = await signUp(application);
    return () => told(application.as(SYSTEM).commands.setAccountPassword({ id, password: NEXT }));
  },
  suspendAccount: async (application) => {
    const { id } = await signUp(application);
    return () => told(application.as(SYSTEM).commands.suspendAccount({ id, reason: "spam" }, { commandId: `suspend ${id}` }));
  },
  activateAccount: async (application) => {
    const { id } = await signUp(application);
    (await application.as(SYSTEM).commands.suspendAccount({ id }))._unsafeUnwrap();
    return () => told(application.as(SYSTEM).commands.activateAccount({ id }));
  },
  grantRole: async (application) => {
    const { id } = await signUp(application);
    return () => told(application.as(SYSTEM).commands.grantRole({ id, role: "admin", scope: "team-1" }));
  },
  revokeRole: async (application) => {
    const { id } = await signUpAs(application, "admin");
    return () => told(application.as(SYSTEM).commands.revokeRole({ id, role: "admin" }));
  },
  "bootstrap.grant": async (application) => {
    const { id } = await signUp(application);
    return () => told(application.bootstrap.grant({ id, role: "super-admin" }));
  },
  "bootstrap.revoke": async (application) => {
    const [{ id }] = [await signUpAs(application, "super-admin"), await signUpAs(application, "super-admin")];
    return () => told(application.bootstrap.revoke({ id, role: "super-admin" }));
  },
};

/** Those that prove something first: that leaves its trace, and the change does not come off. */
const PROVING: typeof COMMANDS = {
  changePassword: async (application) => {
    const { commands } = application.as((await signUp(application)).actor);
    return () => told(commands.changePassword({ current: PASSWORD, next: NEXT }));
  },
  deactivateOwn: async (application) => {
    const { email } = await signUp(application);
    return () => told(application.commands.deactivateOwn({ email, password: PASSWORD }));
  },
  activateOwn: async (application) => {
    const { email } = await signUp(application);
    (await application.commands.deactivateOwn({ email, password: PASSWORD }))._unsafeUnwrap();
    return () => told(application.commands.activateOwn({ email, password: PASSWORD }));
  },
};

describe.each(servers)("a subscriber inside the transaction, on %s", (driver) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(driver);
  });
  afterAll(() => world.close());

  /** Fails at each call of the subscriber, one after another, until the command comes off; tells how often it failed. */
  const failAtEach = async (
    prepare: (application: SecuredApplication) => Promise<Call>,
    fails: Fails,
    reason: string,
    rowsOf: () => Promise<unknown>,
  ): Promise<number> => {
    // Short only for those that never answer: a statement may take longer on a busy machine.
    const subscriberTimeout = reason === "subscriber-timed-out" ? 20 : 5000;
    const { application } = secured(world.store, { subscriberTimeout, accounts: { setAccountPassword: true } });
    const call = await prepare(application);
    const heard: string[] = [];
    application.bus.subscribe("*", ({ type }) => type.startsWith("proof-") || heard.push(type));
    let calls = 0;
    let failing = 0;
    application.inTransaction.subscribe("*", (_, { tx }) => (calls++ === failing ? fails(tx) : undefined));
    const before = await rowsOf();
    for (; ; failing++) {
      calls = 0;
      const answer = await call();
      if (answer.code === "ok") return failing;
      expect(answer).toEqual({ code: "vetoed", reason });
      expect(await rowsOf()).toEqual(before);
      expect(heard).toEqual([]);
    }
  };

  const everything = () => fingerprint(postgresOf(world).database);
  const butProofs = async (): Promise<unknown> => {
    const { denizen_attempts: _, ...tables } = await fingerprint(postgresOf(world).database, "row->>'kind' is distinct from 'attempts'");
    return tables;
  };

  // What is the driver's business is tried on both.
  const ways = WAYS.filter(([name]) => driver === "postgres.js" || name.includes("statement"));

  describe.each(ways)("that %s", (_, fails, reason) => {
    test.each(Object.entries(COMMANDS))(
      "undoes %s, at each of its calls: row for row as before, nothing announced",
      async (__, prepare) => {
        expect(await failAtEach(prepare, fails, reason, everything)).toBeGreaterThan(0);
      },
    );

    test.each(Object.entries(PROVING))("undoes what %s would change, and not the trace of its proof", async (__, prepare) => {
      expect(await failAtEach(prepare, fails, reason, butProofs)).toBeGreaterThan(0);
    });
  });

  test("that changes more, which is refused by a rule, undoes the first change too", async () => {
    const { application } = secured(world.store);
    const [user, last] = [await signUp(application), await signUpAs(application, "super-admin")];
    application.inTransaction.subscribe("account-suspended", async (_, { accounts }) => {
      const account = await accounts.get(last.id);
      return account.isErr() ? account : account.value.deactivate();
    });
    const before = await everything();
    expect(codeOf(await application.as(SYSTEM).commands.suspendAccount({ id: user.id }))).toBe("vetoed");
    expect(await everything()).toEqual(before);
    expect(codeOf(await application.as(user.actor).commands.currentAccount())).toBe("ok");
  });
});
