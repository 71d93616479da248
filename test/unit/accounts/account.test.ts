import { describe, expect, test } from "vitest";
import { newRoot } from "denizen";
import type { Account, AccountEvents, AccountStatus } from "denizen";
import { given, recordedEvents } from "denizen/testing";
import type { Happened } from "denizen/testing";
import { codeOf } from "../../support/codes.js";
import { accountsOf } from "./world.js";

type Fact = Happened<AccountEvents>;
const accounts = accountsOf();
const opened = (role: string | null = "user", status: "pending" | "active" = "active"): Fact => ({
  type: "account-opened",
  payload: { status, role },
});
const fact = <Type extends Fact["type"]>(type: Type, payload: Extract<Fact, { readonly type: Type }>["payload"]): Fact =>
  // The pair is one of the union's; the compiler does not put it together again.
  ({ type, payload }) as Fact;
const granted = (role: string, scope: string | null = null) => fact("role-granted", { role, scope });
const revoked = (role: string, scope: string | null = null) => fact("role-revoked", { role, scope });
const activated = fact("account-activated", {});
const deactivated = fact("account-deactivated", {});
const suspended = fact("account-suspended", { reason: null });
const ended = fact("sessions-ended", { cause: "asked", spared: null });
const closed = fact("account-closed", {});

/** A history that ends in this status, with or without a protected role. */
function historyIn(status: AccountStatus, isProtected: boolean): readonly Fact[] {
  const rest = { pending: [], active: [], deactivated: [deactivated], suspended: [suspended] }[status];
  return [opened("user", status === "pending" ? "pending" : "active"), ...rest, ...(isProtected ? [granted("super-admin")] : [])];
}

const decisions = {
  activate: (account: Account) => account.activate(),
  activateOwn: (account: Account) => account.activateOwn(),
  deactivate: (account: Account) => account.deactivate(),
  suspend: (account: Account) => account.suspend(),
  grant: (account: Account) => account.grant("admin"),
  revoke: (account: Account) => account.revoke("user"),
  endSessions: (account: Account) => account.endSessions("asked"),
  close: (account: Account) => account.close(),
};
type Decision = keyof typeof decisions;

/** What each comes to: the event, nothing, or a refusal. */
const PROTECTED = "account-protected";
const outcomes: Readonly<Record<Decision, (status: AccountStatus, isProtected: boolean) => Fact | undefined | string>> = {
  activate: (status) => (status === "active" ? undefined : activated),
  activateOwn: (status) => (status === "suspended" ? "account-suspended" : status === "active" ? undefined : activated),
  deactivate: (status, isProtected) =>
    ({
      pending: "account-pending",
      suspended: "account-suspended",
      deactivated: undefined,
      active: isProtected ? PROTECTED : deactivated,
    })[status],
  suspend: (status, isProtected) => (status === "suspended" ? undefined : isProtected ? PROTECTED : suspended),
  grant: () => granted("admin"),
  revoke: () => revoked("user"),
  endSessions: () => ended,
  close: (_, isProtected) => (isProtected ? PROTECTED : closed),
};

const statuses: readonly AccountStatus[] = ["pending", "active", "deactivated", "suspended"];
const names = Object.keys(decisions) as Decision[];
const table = names.flatMap((name) => statuses.flatMap((status) => [false, true].map((isProtected) => ({ name, status, isProtected }))));

describe("an account", () => {
  test.each(table)("$name, when it is $status and protected is $isProtected", async ({ name, status, isProtected }) => {
    const expected = outcomes[name](status, isProtected);
    const decided = given(accounts, historyIn(status, isProtected)).when(decisions[name]);
    await (typeof expected === "string" ? decided.thenError(expected) : decided.then(expected === undefined ? [] : [expected]));
  });

  test.each(names.flatMap((name) => statuses.map((status) => ({ name, status }))))(
    "refuses to $name once it is closed, and was $status before",
    async ({ name, status }) => {
      const decided = given(accounts, [...historyIn(status, false), closed]).when(decisions[name]);
      await (name === "close" ? decided.then([]) : decided.thenError("account-closed"));
    },
  );

  test("that is opened has the status and the role that it was given, which the hierarchy must know", () => {
    const made = (status: "pending" | "active", role: string | null) => {
      const account = accounts.from(newRoot(accounts));
      return { account, answer: account.begin(status, role) };
    };
    const { account } = made("pending", "user");
    expect(account).toMatchObject({ status: "pending", securityVersion: 1, closedAt: null, isProtected: false });
    expect(account.roles).toMatchObject([{ role: "user", scope: null }]);
    expect(made("active", null).account.roles).toEqual([]);
    const { answer, account: none } = made("active", "emperor");
    expect(answer._unsafeUnwrapErr()).toMatchObject({ code: "role-unknown", role: "emperor" });
    expect(recordedEvents(none)).toEqual([]);
  });
});

describe("a suspension", () => {
  test("keeps its reason, which is text of 1 to 1000 characters", async () => {
    const why = (reason: string) => given(accounts, [opened()]).when((account) => account.suspend(reason));
    await why("spam").then([fact("account-suspended", { reason: "spam" })]);
    await why("x".repeat(1000)).then([fact("account-suspended", { reason: "x".repeat(1000) })]);
    for (const reason of ["", "x".repeat(1001), "\ud800", "a\u0000b"]) await why(reason).thenError("invalid-argument");
    // What the types forbid is what is tested.
    await why(1 as never).thenError("invalid-argument");
  });

  test("is lifted by an administrator alone", async () => {
    await given(accounts, [opened(), suspended])
      .when((account) => account.activateOwn())
      .thenError("account-suspended");
    await given(accounts, [opened(), suspended])
      .when((account) => account.deactivate())
      .thenError("account-suspended");
    await given(accounts, [opened(), suspended])
      .when((account) => account.activate())
      .then([activated]);
    await given(accounts, [opened(), deactivated])
      .when((account) => account.suspend())
      .then([suspended]);
  });
});

describe("a grant", () => {
  test("of what is held already changes nothing, and neither does revoking what is not", async () => {
    await given(accounts, [opened()])
      .when((account) => account.grant("user"))
      .then([]);
    await given(accounts, [opened(), granted("admin", "red")])
      .when((account) => account.grant("admin", "red"))
      .then([]);
    await given(accounts, [opened()])
      .when((account) => account.revoke("admin"))
      .then([]);
  });

  test("counts in its scope: the same role elsewhere is another grant", async () => {
    const history = [opened(null), granted("admin", "red")];
    await given(accounts, history)
      .when((account) => account.grant("admin", "blue"))
      .then([granted("admin", "blue")]);
    await given(accounts, history)
      .when((account) => account.grant("admin"))
      .then([granted("admin")]);
    await given(accounts, history)
      .when((account) => account.revoke("admin"))
      .then([]);
    await given(accounts, history)
      .when((account) => account.revoke("admin", "red"))
      .then([revoked("admin", "red")]);
    await given(accounts, history)
      .when((account) => {
        expect([account.holds("admin"), account.holds("admin", "red"), account.holds("admin", "blue")]).toEqual([false, true, false]);
        account.grant("admin")._unsafeUnwrap();
        expect([account.holds("admin"), account.holds("admin", "blue"), account.holds("user")]).toEqual([true, true, false]);
        return account.revoke("admin");
      })
      .then([granted("admin"), revoked("admin")]);
  });

  test.each(["emperor", "constructor", "__proto__", "", "User"])("of %j is of no role", async (role) => {
    await given(accounts, [opened()])
      .when((account) => account.grant(role))
      .thenError("role-unknown");
    await given(accounts, [opened()])
      .when((account) => account.revoke(role))
      .thenError("role-unknown");
  });

  test("of a protected role is everywhere or not at all", async () => {
    await given(accounts, [opened()])
      .when((account) => account.grant("super-admin", "red"))
      .thenError("invalid-argument");
    await given(accounts, [opened()])
      .when((account) => account.grant("super-admin"))
      .then([granted("super-admin")]);
  });

  test("has a scope of 1 to 255 well-formed characters", async () => {
    for (const scope of ["", "x".repeat(256), "\udc00", "a\u0000", 1, {}, ["red"]]) {
      // What the types forbid is what is tested.
      await given(accounts, [opened()])
        .when((account) => account.grant("admin", scope as string))
        .thenError("invalid-argument");
    }
    await given(accounts, [opened()])
      .when((account) => account.grant("admin", "x".repeat(255)))
      .then([granted("admin", "x".repeat(255))]);
  });

  test("protects as long as it is held, and stays with one that is suspended", async () => {
    await given(accounts, [opened(), granted("super-admin")])
      .when((account) => {
        expect([account.isProtected, codeOf(account.close()), codeOf(account.suspend())]).toEqual([true, PROTECTED, PROTECTED]);
        account.revoke("super-admin")._unsafeUnwrap();
        expect(account.isProtected).toBe(false);
        return account.suspend();
      })
      .then([revoked("super-admin"), suspended]);
  });
});

describe("the security version", () => {
  const versionAfter = async (change: (account: Account) => unknown, history: readonly Fact[] = [opened()]): Promise<number> => {
    let raised = NaN;
    const then = given(accounts, history).when((account) => {
      const before = account.securityVersion;
      change(account);
      raised = account.securityVersion - before;
      return undefined;
    });
    await then.then([]).catch(() => undefined);
    return raised;
  };

  test.each(["deactivate", "suspend", "endSessions", "close"] as const)("is raised by one when it comes to %s", async (name) => {
    expect(await versionAfter(decisions[name])).toBe(1);
  });

  test.each(["activate", "activateOwn", "grant", "revoke"] as const)("is not raised by %s", async (name) => {
    for (const history of [[opened()], [opened("user", "pending")], [opened(), deactivated]])
      expect(await versionAfter(decisions[name], history)).toBe(0);
  });

  test("is not raised again by what has happened already", async () => {
    expect(await versionAfter(decisions.suspend, [opened(), suspended])).toBe(0);
    expect(await versionAfter(decisions.deactivate, [opened(), deactivated])).toBe(0);
    expect(await versionAfter(decisions.close, [opened(), closed])).toBe(0);
    expect(await versionAfter(decisions.endSessions, [opened(), ended])).toBe(1);
  });
});
