import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Account, Application, ConfigurationError, ResultAsync, defaultRoles, defineRoles, isDomainError, newRoot } from "denizen";
import type { Result } from "denizen";
import { memory } from "denizen/memory";
import { fastHasher } from "denizen/testing";
import { anyValue, hostileValues, megabytes } from "../values/hostile.js";
import { accountsOf, arrange, methods, signedUp, world } from "./world.js";

const big = "é".repeat(500_000);
const values: readonly unknown[] = [
  ...hostileValues,
  big,
  [big],
  { id: big },
  { email: big },
  { refreshToken: big },
  { name: big, role: "user" },
];

const on = world({ setAccountPassword: true, secondFactors: ["fob"] });
const ada = await signedUp(on, "ada");
await arrange(on, ada.id, (account) => account.grant("super-admin")._unsafeUnwrap());
const { application } = on;
const PROOF = { email: "ada@example.com", password: "wrong" };

let strangers = 0;
/** Somebody at whom nobody has guessed before. */
const stranger = (): string => `stranger${strangers++}@example.com`;

type Answer = Result<unknown, unknown> | ResultAsync<unknown, unknown>;

/** Each command and query of both doors with a value in each of its places; `as` who may most. */
const calls: Readonly<Record<string, (value: never) => Answer>> = {
  authenticate: (value) => application.authenticate(value),
  startSession: (value) => application.startSession(value),
  "startSession, a list": (value) => application.startSession([value]),
  "startSession, options": (value) => application.startSession([], value),
  signUp: (value) => application.commands.signUp(value),
  "signUp, a device": (value) => application.commands.signUp({ name: "", device: value, trustedDevice: value }),
  "signUp, an id": (value) => application.commands.signUp({ name: "Eve" }, { id: value }),
  "signUp, an address": (value) => application.commands.signUp({ name: "Eve", emails: [value], phones: [value] }),
  "signUp, a password": (value) => application.commands.signUp({ name: "Eve", password: value }),
  logIn: (value) => application.commands.logIn(value),
  "logIn, an e-mail": (value) => application.commands.logIn({ email: value, password: "x" }),
  "logIn, an identifier": (value) => application.commands.logIn({ identifier: value, password: "x" }),
  "logIn, a password": (value) => application.commands.logIn({ email: "nobody@example.com", password: value }),
  "logIn, a fob": (value) => application.commands.logIn({ email: "nobody@example.com", fob: value }),
  "logIn, a device": (value) => application.commands.logIn({ ...PROOF, device: value }),
  "logIn, a trusted device": (value) => application.commands.logIn({ ...PROOF, trustedDevice: value }),
  completeLogIn: (value) => application.commands.completeLogIn(value),
  "completeLogIn, a pending one": (value) => application.commands.completeLogIn({ pending: value, password: "x" }),
  refresh: (value) => application.commands.refresh(value),
  "refresh, a token": (value) => application.commands.refresh({ refreshToken: value }),
  logOut: (value) => application.commands.logOut(value),
  "logOut, a token": (value) => application.commands.logOut({ refreshToken: value }),
  activateOwn: (value) => application.commands.activateOwn(value),
  "activateOwn, an e-mail": (value) => application.commands.activateOwn({ email: value, password: "x" }),
  deactivateOwn: (value) => application.commands.deactivateOwn(value),
  "deactivateOwn, a password": (value) => application.commands.deactivateOwn({ email: "nobody@example.com", password: value }),
  changePassword: (value) => ada.commands.changePassword(value),
  "changePassword, both": (value) => ada.commands.changePassword({ current: value, next: value }),
  setUsername: (value) => ada.commands.setUsername(value, value),
  "setUsername, a name": (value) => ada.commands.setUsername({ username: value }),
  "setUsername, a commandId": (value) => ada.commands.setUsername({ username: "" }, { commandId: value }),
  revokeSession: (value) => ada.commands.revokeSession(value),
  "revokeSession, an id": (value) => ada.commands.revokeSession({ sessionId: value }),
  revokeOtherSessions: (value) => ada.commands.revokeOtherSessions(value),
  "revokeOtherSessions, a commandId": (value) => ada.commands.revokeOtherSessions({ commandId: value }),
  createAccount: (value) => ada.commands.createAccount(value, value),
  "createAccount, a role": (value) => ada.commands.createAccount({ name: "Eve", role: value }),
  "createAccount, a name": (value) => ada.commands.createAccount({ name: value, role: "user" }),
  setAccountPassword: (value) => ada.commands.setAccountPassword(value, value),
  "setAccountPassword, a password": (value) => ada.commands.setAccountPassword({ id: "nobody", password: value }),
  activateAccount: (value) => ada.commands.activateAccount(value, value),
  "activateAccount, an id": (value) => ada.commands.activateAccount({ id: value }),
  suspendAccount: (value) => ada.commands.suspendAccount(value, value),
  "suspendAccount, a reason": (value) => ada.commands.suspendAccount({ id: "nobody", reason: value }),
  grantRole: (value) => ada.commands.grantRole(value, value),
  "grantRole, a role": (value) => ada.commands.grantRole({ id: ada.id, role: value }),
  "grantRole, a scope": (value) => ada.commands.grantRole({ id: "nobody", role: "user", scope: value }),
  revokeRole: (value) => ada.commands.revokeRole(value, value),
  requestEmailVerification: (value) => application.commands.requestEmailVerification(value),
  "requestEmailVerification, an e-mail": (value) => application.commands.requestEmailVerification({ email: value }),
  "requestEmailVerification, one's own": (value) => ada.commands.requestEmailVerification({ email: value }),
  requestPhoneVerification: (value) => application.commands.requestPhoneVerification(value),
  "requestPhoneVerification, a phone": (value) => ada.commands.requestPhoneVerification({ phone: value }),
  verifyEmail: (value) => application.commands.verifyEmail(value),
  "verifyEmail, a link": (value) => application.commands.verifyEmail({ link: value, password: value, startAfresh: value }),
  "verifyEmail, a code": (value) => application.commands.verifyEmail({ email: stranger(), code: value }),
  "verifyEmail, an e-mail": (value) => application.commands.verifyEmail({ email: value, code: "12345678" }),
  verifyPhone: (value) => application.commands.verifyPhone(value),
  "verifyPhone, both": (value) => application.commands.verifyPhone({ phone: value, code: value }),
  releaseEmail: (value) => application.commands.releaseEmail(value),
  "releaseEmail, a link": (value) => application.commands.releaseEmail({ link: value }),
  "releaseEmail, a code": (value) => application.commands.releaseEmail({ email: stranger(), code: value }),
  releasePhone: (value) => application.commands.releasePhone(value),
  "releasePhone, both": (value) => application.commands.releasePhone({ phone: value, code: value }),
  requestEmailChange: (value) => ada.commands.requestEmailChange(value),
  "requestEmailChange, an e-mail": (value) => ada.commands.requestEmailChange({ email: value }),
  confirmEmailChange: (value) => ada.commands.confirmEmailChange(value),
  "confirmEmailChange, a link": (value) => ada.commands.confirmEmailChange({ link: value }),
  "confirmEmailChange, a code": (value) => ada.commands.confirmEmailChange({ code: value }),
  revertEmailChange: (value) => application.commands.revertEmailChange(value),
  "revertEmailChange, a link": (value) => application.commands.revertEmailChange({ link: value }),
  requestPasswordReset: (value) => application.commands.requestPasswordReset(value),
  "requestPasswordReset, an identifier": (value) => application.commands.requestPasswordReset({ identifier: value }),
  resetPassword: (value) => application.commands.resetPassword(value),
  "resetPassword, a link": (value) => application.commands.resetPassword({ link: value, password: value }),
  "resetPassword, a code": (value) => application.commands.resetPassword({ email: stranger(), code: value, password: value }),
  requestLogIn: (value) => application.commands.requestLogIn(value),
  "requestLogIn, a username": (value) => application.commands.requestLogIn({ username: value }),
  logInWithCode: (value) => application.commands.logInWithCode(value),
  "logInWithCode, a code": (value) => application.commands.logInWithCode({ email: stranger(), code: value }),
  "logInWithCode, an identifier": (value) => application.commands.logInWithCode({ identifier: value, code: "12345678" }),
  "logInWithCode, a device": (value) =>
    application.commands.logInWithCode({ username: "ada", code: "1", device: value, trustedDevice: value }),
  logInWithLink: (value) => application.commands.logInWithLink(value),
  "logInWithLink, a link": (value) => application.commands.logInWithLink({ link: value }),
  "logInWithLink, a device": (value) => application.commands.logInWithLink({ link: "none", device: value, trustedDevice: value }),
  acceptInvitation: (value) => application.commands.acceptInvitation(value),
  "acceptInvitation, a link": (value) => application.commands.acceptInvitation({ link: value, password: value, name: value }),
  inviteUser: (value) => ada.commands.inviteUser(value, value),
  "inviteUser, a name": (value) => ada.commands.inviteUser({ name: value, emails: ["eve@example.com"], role: "user" }),
  "inviteUser, an e-mail": (value) => ada.commands.inviteUser({ name: "Eve", emails: [value], role: "user" }),
  "inviteUser, e-mails": (value) => ada.commands.inviteUser({ name: "Eve", emails: value, role: "user" }),
  "inviteUser, a role": (value) => ada.commands.inviteUser({ name: "Eve", emails: ["eve@example.com"], role: value }),
  "inviteUser, an id": (value) => ada.commands.inviteUser({ name: "Eve", emails: ["eve@example.com"], role: "user" }, { id: value }),
  resendInvitation: (value) => ada.commands.resendInvitation(value, value),
  "resendInvitation, an id": (value) => ada.commands.resendInvitation({ id: value }),
  forcePasswordReset: (value) => ada.commands.forcePasswordReset(value, value),
  "forcePasswordReset, an id": (value) => ada.commands.forcePasswordReset({ id: value }),
  "bootstrap.grant": (value) => application.bootstrap.grant(value),
  "bootstrap.grant, a role": (value) => application.bootstrap.grant({ id: ada.id, role: value }),
  "bootstrap.revoke": (value) => application.bootstrap.revoke(value),
  "bootstrap.revoke, an id": (value) => application.bootstrap.revoke({ id: value, role: "super-admin" }),
  "queries.account": (value) => ada.queries.account(value),
  "queries.account, an id": (value) => ada.queries.account({ id: value }),
  "queries.profile, an id": (value) => ada.queries.profile({ id: value }),
  "queries.accounts": (value) => ada.queries.accounts(value),
  "queries.accounts, a page": (value) => ada.queries.accounts({ limit: value, after: value, sort: value, direction: value }),
  "queries.accounts, filters": (value) => ada.queries.accounts({ status: value, role: value }),
  "queries.accounts, an offset": (value) => ada.queries.accounts({ offset: value }),
  "queries.profiles": (value) => ada.queries.profiles(value),
  "queries.profiles, filters": (value) => ada.queries.profiles({ emailVerified: value, phoneVerified: value, after: value }),
  eraseUser: (value) => ada.commands.eraseUser(value, value),
  "eraseUser, an id": (value) => ada.commands.eraseUser({ id: value }),
  "queries.history": (value) => ada.queries.history(value),
  "queries.history, filters": (value) => ada.queries.history({ actor: value, type: value }),
  "queries.history, a user": (value) => ada.queries.history({ user: value }),
  "queries.history, an account": (value) => ada.queries.history({ account: value }),
  "queries.history, times": (value) => ada.queries.history({ since: value, until: value }),
  "queries.history, a page": (value) => ada.queries.history({ limit: value, direction: value, after: value }),
  "queries.export": (value) => ada.queries.export(value),
  "queries.export, an id": (value) => ada.queries.export({ id: value }),
  "uow.commands.eraseUser": (value) => ada.doors.unitOfWork().commands.eraseUser(value),
  "uow.commands.setUsername": (value) => ada.doors.unitOfWork().commands.setUsername(value),
  "uow.commands.createAccount": (value) => ada.doors.unitOfWork().commands.createAccount(value),
  "uow.commands.setAccountPassword": (value) => ada.doors.unitOfWork().commands.setAccountPassword(value),
  "uow.commands.inviteUser": (value) => ada.doors.unitOfWork().commands.inviteUser(value, value),
  "uow.commands.resendInvitation": (value) => ada.doors.unitOfWork().commands.resendInvitation(value),
  "uow.commands.forcePasswordReset": (value) => ada.doors.unitOfWork().commands.forcePasswordReset(value),
  "uow.commands.activateAccount": (value) => ada.doors.unitOfWork().commands.activateAccount(value),
  "uow.commands.suspendAccount": (value) => ada.doors.unitOfWork().commands.suspendAccount(value),
  "uow.commands.grantRole": (value) => ada.doors.unitOfWork().commands.grantRole(value),
  "uow.commands.revokeRole": (value) => ada.doors.unitOfWork().commands.revokeRole(value),
  "uow.accounts.create": (value) => application.unitOfWork().accounts.create(value, value),
  "uow.accounts.create, a role": (value) => application.unitOfWork().accounts.create({ status: "active", role: value }),
  "uow.accounts.asOf": (value) => application.unitOfWork().accounts.asOf(value, value),
  "Account.fromHistory": (value) => Account.fromHistory(value),
  "uow.accounts.get": (value) => application.unitOfWork().accounts.get(value, value),
};

/** The rules of an account themselves: no `ResultAsync`, so that a throw would be the host's. */
const rules: Readonly<Record<string, (account: Account, value: never) => Answer>> = {
  suspend: (account, value) => account.suspend(value),
  "grant, a role": (account, value) => account.grant(value),
  "grant, a scope": (account, value) => account.grant("user", value),
  revoke: (account, value) => account.revoke(value, value),
};

async function holds(call: (value: never) => Answer, value: unknown): Promise<void> {
  const answer = call(value as never);
  expect(answer instanceof ResultAsync || "isErr" in answer).toBe(true);
  const result = await (answer as ResultAsync<unknown, unknown>);
  if (result.isErr()) {
    expect(isDomainError(result.error)).toBe(true);
    // Nothing that was passed may look like a failure of the application's own.
    expect(result.error).not.toMatchObject({ code: "store-failed" });
  }
  expect(Object.hasOwn(Object.prototype, "display")).toBe(false);
}

describe.each(Object.entries(calls))("%s", (_, call) => {
  test("answers every hostile value with a Result, soon", async () => {
    for (const value of values) {
      const start = performance.now();
      await holds(call, value);
      expect(performance.now() - start).toBeLessThan(500);
    }
  });

  test("answers any value with a Result", async () => {
    await fc.assert(
      fc.asyncProperty(anyValue, (value) => holds(call, value)),
      { numRuns: 25 },
    );
  });
});

describe.each(Object.entries(rules))("account.%s", (_, rule) => {
  test("answers every value with a Result", async () => {
    for (const value of [...values, ...fc.sample(anyValue, 50)]) {
      const account = new Account(newRoot(accountsOf()), defaultRoles);
      account.begin("active", "user")._unsafeUnwrap();
      await holds((given) => rule(account, given), value);
    }
  });
});

test("texts of a million units are answered at once", async () => {
  for (const text of megabytes) {
    for (const name of [
      "logIn, an e-mail",
      "logIn, an identifier",
      "completeLogIn, a pending one",
      "refresh, a token",
      "queries.accounts, a page",
      "logIn, a trusted device",
      "verifyEmail, a link",
      "verifyEmail, a code",
      "requestEmailVerification, an e-mail",
      "requestPasswordReset, an identifier",
      "resetPassword, a link",
      "confirmEmailChange, a link",
      "revertEmailChange, a link",
      "logInWithCode, an identifier",
      "acceptInvitation, a link",
    ]) {
      const start = performance.now();
      await holds(calls[name] ?? (() => application.commands.logOut()), text);
      expect(performance.now() - start).toBeLessThan(500);
    }
  }
});

test("settings of any kind are settings, or a ConfigurationError", async () => {
  const wire = (accounts: unknown) =>
    new Application({ store: memory(), passwordHasher: fastHasher(), methods, accounts: accounts as object });
  const names = [
    "roles",
    "initialRole",
    "activation",
    "verify",
    "enumerationProtection",
    "secondFactors",
    "setAccountPassword",
    "lifetimes",
    "accessTokens",
  ];
  for (const value of [...values, ...fc.sample(anyValue, 100)]) {
    for (const accounts of [
      value,
      ...names.map((name) => ({ [name]: value })),
      { lifetimes: { idle: value } },
      { roles: { rules: value } },
      { secondFactors: [value] },
      { verify: [value] },
    ]) {
      let built: Application | undefined;
      try {
        // The methods make another type of it, which is of no interest here.
        built = wire(accounts) as unknown as Application;
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ConfigurationError);
      }
      if (built === undefined) continue;
      // What was taken works: nothing breaks later that could have been told at the start.
      const answer = await built.commands.signUp({ name: "Ada", username: "ada", password: "correct horse battery staple" });
      expect(answer.isOk() || answer.error.code).toBe(true);
      const logIn = { username: "ada", password: "correct horse battery staple" } as never;
      const again: Result<unknown, { readonly code: string }> = await built.commands.logIn(logIn);
      expect(again.isOk() || ["account-pending", "invalid-credentials"].includes(again.error.code)).toBe(true);
    }
  }
});

test("defineRoles of anything is a hierarchy or a ConfigurationError", () => {
  for (const value of [...values, ...fc.sample(anyValue, 200)]) {
    try {
      expect(typeof defineRoles(value as object)).toBe("object");
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(ConfigurationError);
    }
  }
});
