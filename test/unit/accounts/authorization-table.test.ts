import { describe, expect, test } from "vitest";
import type { AccountStatus, Result, ResultAsync } from "denizen";
import { codeOf } from "../../support/codes.js";
import { application, askers, rows, target } from "./table.js";
import type { Asking, Grant, Target } from "./table.js";

type Door = "commands" | "unit" | "queries";
type Answer = Promise<Result<unknown, unknown>> | ResultAsync<unknown, unknown>;
/** Whom a cell is about: somebody with grants and a status, the actor himself, or nobody who exists. */
type About = Target | "himself" | "missing";

const NEXT = "a third horse battery staple";

// The rules, in short. They are all there is: nothing of them is taken from the code.

const BELOW: Readonly<Record<string, readonly string[]>> = { user: [], admin: ["user"], "super-admin": ["admin", "user"] };
const over = ({ grants }: Asking, [role, scope]: Grant): boolean =>
  grants.some(([own, where]) => (where === null || where === scope) && (BELOW[own] ?? []).includes(role));
const isAdministrator = (by: Asking): boolean => by.as === "system" || over(by, ["user", null]);
const manages = (by: Asking, { grants }: Target): boolean => {
  if (by.as === "system") return grants.every(([role]) => role !== "super-admin");
  return grants.length === 0 ? isAdministrator(by) : grants.every((grant) => over(by, grant));
};
const mayGive = (by: Asking, grant: Grant): boolean => (by.as === "system" ? grant[0] !== "super-admin" : over(by, grant));
const identified = (by: Asking): boolean => by.as === "in" || by.as === "system";

/** Of a command about somebody else's account, and of one that gives or takes a role. */
function managing(by: Asking, about: About, grant?: Grant): string {
  if (!identified(by)) return "not-authenticated";
  if (about === "missing" || (about === "himself" && by.id === undefined))
    return isAdministrator(by) ? "account-not-found" : "not-authorized";
  if (about === "himself" || !manages(by, about)) return "not-authorized";
  return grant === undefined || mayGive(by, grant) ? "ok" : "not-authorized";
}
const own = (by: Asking, otherwise = "ok"): string => (by.as === "in" ? otherwise : "not-authenticated");
const listing = (by: Asking): string => (!identified(by) ? "not-authenticated" : isAdministrator(by) ? "ok" : "not-authorized");
const reading = (by: Asking, about: About, missing: string): string => {
  if (about === "himself" && by.as === "in") return "ok";
  if (listing(by) !== "ok") return listing(by);
  return about === "missing" || about === "himself" ? missing : "ok";
};

/** One command or query: how it is called, and what it must come to. */
interface Entry {
  readonly door: Door;
  readonly name: string;
  readonly what?: string;
  readonly run: (by: Asking, id: string) => Answer;
  readonly expected: (by: Asking, about: About) => string;
  /** Whether it is about somebody at all. */
  readonly about: boolean;
}

const byCommand = (
  name: string,
  run: (by: Asking["doors"]["commands"], id: string) => Answer,
  expected: Entry["expected"],
  { about = false, what = "" } = {},
): Entry => ({ door: "commands", name, what, about, expected, run: (by, id) => run(by.doors.commands, id) });

type UnitCommands = ReturnType<Asking["doors"]["unitOfWork"]>["commands"];

/** Both doors: by itself, and in a unit of work that is committed where the command says yes. */
const byBoth = (
  name: string,
  run: (commands: UnitCommands, id: string) => Answer,
  expected: Entry["expected"],
  { about = true, what = "" } = {},
): readonly Entry[] => [
  // What can be done in a unit can be done by itself, by the same name and with the same input.
  byCommand(name, (commands, id) => run(commands as unknown as UnitCommands, id), expected, { about, what }),
  {
    door: "unit",
    name,
    what,
    about,
    expected,
    run: async (by, id) => {
      await using uow = by.doors.unitOfWork();
      const answer: Result<unknown, unknown> = await run(uow.commands, id);
      return answer.isErr() ? answer : await uow.commit();
    },
  },
];

const roleCommands = (["user", "admin", "super-admin", "user@red"] as const).flatMap((text) => {
  const [role = "", scope = null] = text.split("@");
  const input = { role: role as "user", scope };
  const expected: Entry["expected"] = (by, about) => managing(by, about, [role, scope]);
  return [
    ...byBoth("grantRole", (commands, id) => commands.grantRole({ id, ...input }), expected, { what: text }),
    ...byBoth("revokeRole", (commands, id) => commands.revokeRole({ id, ...input }), expected, { what: text }),
  ];
});

const NOBODY = { email: "nobody@example.com", password: "none" };
let names = 0;

const table: readonly Entry[] = [
  // For everyone: who asks makes no difference.
  byCommand(
    "signUp",
    (commands) => commands.signUp({ name: "New" }),
    () => "ok",
  ),
  byCommand(
    "logIn",
    (commands) => commands.logIn(NOBODY),
    () => "invalid-credentials",
  ),
  byCommand(
    "completeLogIn",
    (commands) => commands.completeLogIn({ pending: "dp_none", password: "none" }),
    () => "pending-log-in-invalid",
  ),
  byCommand(
    "refresh",
    (commands) => commands.refresh({ refreshToken: "none" }),
    () => "refresh-token-invalid",
  ),
  byCommand(
    "activateOwn",
    (commands) => commands.activateOwn(NOBODY),
    () => "invalid-credentials",
  ),
  byCommand(
    "deactivateOwn",
    (commands) => commands.deactivateOwn(NOBODY),
    () => "invalid-credentials",
  ),
  // For everyone, by what was sent to an address. Who asks in a session asks in one that lives.
  byCommand(
    "requestEmailVerification",
    (commands) => commands.requestEmailVerification({ email: NOBODY.email }),
    (by) => (by.as === "gone" ? "not-authenticated" : "ok"),
  ),
  byCommand(
    "requestPhoneVerification",
    (commands) => commands.requestPhoneVerification({ phone: "+34600999999" }),
    (by) => (by.as === "gone" ? "not-authenticated" : "ok"),
  ),
  byCommand(
    "requestPasswordReset",
    (commands) => commands.requestPasswordReset({ email: NOBODY.email }),
    () => "ok",
  ),
  byCommand(
    "requestLogIn",
    (commands) => commands.requestLogIn({ email: NOBODY.email }),
    () => "ok",
  ),
  byCommand(
    "verifyEmail",
    (commands) => commands.verifyEmail({ link: "none" }),
    () => "challenge-invalid",
  ),
  byCommand(
    "verifyPhone",
    (commands) => commands.verifyPhone({ phone: "+34600999999", code: "12345678" }),
    () => "challenge-invalid",
  ),
  byCommand(
    "releaseEmail",
    (commands) => commands.releaseEmail({ link: "none" }),
    () => "challenge-invalid",
  ),
  byCommand(
    "releasePhone",
    (commands) => commands.releasePhone({ phone: "+34600999999", code: "12345678" }),
    () => "challenge-invalid",
  ),
  byCommand(
    "resetPassword",
    (commands) => commands.resetPassword({ link: "none", password: NEXT }),
    () => "challenge-invalid",
  ),
  byCommand(
    "logInWithCode",
    (commands) => commands.logInWithCode({ email: NOBODY.email, code: "12345678" }),
    () => "challenge-invalid",
  ),
  byCommand(
    "logInWithLink",
    (commands) => commands.logInWithLink({ link: "none" }),
    () => "challenge-invalid",
  ),
  byCommand(
    "acceptInvitation",
    (commands) => commands.acceptInvitation({ link: "none", password: NEXT }),
    () => "challenge-invalid",
  ),
  byCommand(
    "revertEmailChange",
    (commands) => commands.revertEmailChange({ link: "none" }),
    () => "challenge-invalid",
  ),
  // For who is logged in, about himself. To end a session that has ended is no error.
  byCommand(
    "logOut",
    (commands) => commands.logOut(),
    (by) => (by.as === "gone" ? "ok" : own(by)),
  ),
  byCommand(
    "currentAccount",
    (commands) => commands.currentAccount(),
    (by) => own(by),
  ),
  byCommand(
    "changePassword",
    (commands) => commands.changePassword({ current: "wrong", next: NEXT }),
    (by) => own(by, "invalid-credentials"),
  ),
  byCommand(
    "requestEmailChange",
    (commands) => commands.requestEmailChange({ email: NOBODY.email }),
    (by) => own(by),
  ),
  byCommand(
    "confirmEmailChange",
    (commands) => commands.confirmEmailChange({ link: "none" }),
    (by) => own(by, "challenge-invalid"),
  ),
  byCommand(
    "listSessions",
    (commands) => commands.listSessions(),
    (by) => own(by),
  ),
  byCommand(
    "revokeSession",
    (commands) => commands.revokeSession({ sessionId: "none" }),
    (by) => own(by, "session-not-found"),
  ),
  ...byBoth(
    "setUsername",
    (commands) => commands.setUsername({ username: `person${names++}` }),
    (by) => own(by),
    { about: false },
  ),
  ...byBoth(
    "revokeOtherSessions",
    (commands) => commands.revokeOtherSessions(),
    (by) => own(by),
    { about: false },
  ),
  // For administrators.
  ...(["user", "admin", "super-admin"] as const).flatMap((role) =>
    byBoth(
      "createAccount",
      (commands) => commands.createAccount({ name: "New", role }),
      (by) => (!identified(by) ? "not-authenticated" : mayGive(by, [role, null]) ? "ok" : "not-authorized"),
      { about: false, what: role },
    ),
  ),
  ...(["user", "admin", "super-admin"] as const).flatMap((role) =>
    byBoth(
      "inviteUser",
      (commands) => commands.inviteUser({ name: "New", emails: [`new${names++}@example.com`], role }),
      (by) => (!identified(by) ? "not-authenticated" : mayGive(by, [role, null]) ? "ok" : "not-authorized"),
      { about: false, what: role },
    ),
  ),
  // Whoever is pending here was invited: he has an e-mail and nothing else. Nobody else waits for an invitation.
  ...byBoth(
    "resendInvitation",
    (commands, id) => commands.resendInvitation({ id }),
    (by, about) => {
      const rule = managing(by, about);
      return rule === "ok" && typeof about === "object" && about.status !== "pending" ? "invalid-argument" : rule;
    },
  ),
  ...byBoth("forcePasswordReset", (commands, id) => commands.forcePasswordReset({ id }), managing),
  ...byBoth("setAccountPassword", (commands, id) => commands.setAccountPassword({ id, password: NEXT }), managing),
  ...byBoth("activateAccount", (commands, id) => commands.activateAccount({ id }), managing),
  ...byBoth("suspendAccount", (commands, id) => commands.suspendAccount({ id, reason: "spam" }), managing),
  // One without an account is any administrator's, so it is the user who is missing.
  ...byBoth(
    "eraseUser",
    (commands, id) => commands.eraseUser({ id }),
    (by, about) => managing(by, about).replace("account-not-found", "user-not-found"),
  ),
  ...roleCommands,
  {
    door: "queries",
    name: "export",
    about: true,
    run: (by, id) => by.doors.queries.export({ id }),
    expected: (by, about) => reading(by, about, "user-not-found"),
  },
  // Of nobody there are no events; but whoever is told so must be allowed to know.
  ...(["user", "account"] as const).map((name): Entry => ({
    door: "queries",
    name: "history",
    what: name,
    about: true,
    run: (by, id) => by.doors.queries.history({ [name]: id }),
    expected: (by, about) => reading(by, about, "ok"),
  })),
  {
    door: "queries",
    name: "history",
    about: false,
    run: (by) => by.doors.queries.history(),
    expected: (by) => (by.as === "system" ? "ok" : own(by)),
  },
  ...(["account", "profile"] as const).map((name): Entry => ({
    door: "queries",
    name,
    about: true,
    run: (by, id) => by.doors.queries[name]({ id }),
    expected: (by, about) => reading(by, about, name === "account" ? "account-not-found" : "user-not-found"),
  })),
  ...(["accounts", "profiles"] as const).map((name): Entry => ({
    door: "queries",
    name,
    about: false,
    run: (by) => by.doors.queries[name](),
    expected: listing,
  })),
];

const holdings: readonly (readonly Grant[])[] = [[], [["user", null]], [["admin", null]], [["super-admin", null]], [["user", "red"]]];
const statuses: readonly AccountStatus[] = ["active", "pending", "deactivated", "suspended"];
const everybody: readonly About[] = [...holdings.flatMap((grants) => statuses.map((status) => ({ grants, status }))), "himself", "missing"];
const textOf = (about: About): string => (typeof about === "string" ? about : `${about.status} ${JSON.stringify(about.grants)}`);

/** The traces of a refusal, which stay. */
const TRACES = ["proof-failed", "log-in-failed"];

describe.each(Object.keys(askers))("%s", (asker) => {
  test.each(table)("$door.$name $what", async ({ run, expected, about: asked }) => {
    const answers: string[] = [];
    const rules: string[] = [];
    const on = application();
    const by = await askers[asker]?.(on);
    for (const about of asked ? everybody : (["himself"] as const)) {
      if (by === undefined) throw new Error(`there is no ${asker}`);
      const id = about === "missing" ? "nobody" : about === "himself" ? (by.id ?? "nobody") : await target(on, about);
      const before = await rows(on, [by.id, id]);
      on.heard.length = 0;
      const code = codeOf(await run(by, id));
      answers.push(`${textOf(about)}: ${code}`);
      rules.push(`${textOf(about)}: ${expected(by, about)}`);
      if (code !== "ok") {
        expect(await rows(on, [by.id, id])).toEqual(before);
        expect(on.heard.filter((type) => !TRACES.includes(type))).toEqual([]);
      }
    }
    expect(answers).toEqual(rules);
  });
});

test("the table has every command and every query, by every door", () => {
  const { application: app } = application();
  const membersOf = (door: object): readonly string[] =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(door)).filter((name) => name !== "constructor");
  const inTable = (door: Door): readonly string[] => [...new Set(table.filter((entry) => entry.door === door).map(({ name }) => name))];
  expect([...inTable("commands")].sort()).toEqual([...membersOf(app.commands)].sort());
  expect([...inTable("queries")].sort()).toEqual([...membersOf(app.queries)].sort());
  expect([...inTable("unit")].sort()).toEqual([...membersOf(app.unitOfWork().commands)].sort());
});
