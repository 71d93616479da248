import { describe, expectTypeOf, test } from "vitest";
import { Application, defineRoles, okAsync, Secret } from "denizen";
import type { ChallengePurpose, DomainError } from "denizen";
import { memory } from "denizen/memory";
import type { AuthenticationMethod, Messages, Proved, UserMessage } from "denizen/ports";
import { fastHasher, mailbox } from "denizen/testing";
import type { Letter, Mailbox } from "denizen/testing";

const key: AuthenticationMethod<{ readonly signature: string }, DomainError<"key-lost">> & { readonly factor: "possession" } = {
  factor: "possession",
  enrol: () => okAsync({ secret: new Secret("") }),
  verify: () => okAsync<Proved>({ accepted: false }),
};

const application = new Application({ store: memory(), passwordHasher: fastHasher(), messages: mailbox() });
const { commands } = application;
const { commands: withKey } = new Application({ store: memory(), methods: { key } });
const typed = new Application({
  store: memory(),
  accounts: { roles: defineRoles({ reader: {}, editor: { manages: ["reader"] } }), initialRole: "reader" },
});

/** What is looked at by the compiler and never run. */
const never = (_: () => unknown): void => undefined;

type CodeIn<Answer> =
  Answer extends PromiseLike<infer Settled> ? (Settled extends { readonly error: { readonly code: infer Code } } ? Code : never) : never;
type CodeOf<Of, Name extends keyof Of> = Of[Name] extends (...args: never[]) => infer Answer ? CodeIn<Answer> : never;
type Commands = typeof commands;
type WithKey = typeof withKey;

/** What every commit of an application without aggregates of its own can come to, and every call of a port. */
type Committing =
  | "unit-closed"
  | "unit-busy"
  | "invalid-scope"
  | "store-failed"
  | "store-unavailable"
  | "store-busy"
  | "concurrency-conflict"
  | "id-taken"
  | "identifier-taken"
  | "commit-outcome-unknown"
  | "vetoed"
  | "subscriber-loop"
  | "not-storable"
  | "email-taken"
  | "phone-taken"
  | "username-taken"
  | "username-confusable";
type Criteria = "invalid-argument" | "email-invalid" | "phone-invalid" | "username-invalid" | "name-invalid" | "user-id-invalid";
type Proving = "challenge-invalid" | "too-many-attempts" | "proof-inside-transaction";
type Hashing = "password-rejected" | "hasher-busy" | "hasher-failed" | "breach-check-unavailable" | "method-unknown" | "method-failed";

describe("commands by what was sent, as the compiler sees them", () => {
  test("fail in ways that are all known", () => {
    expectTypeOf<CodeOf<Commands, "resetPassword">>().toEqualTypeOf<Committing | Criteria | Proving | Hashing | "user-removed">();
    expectTypeOf<CodeOf<Commands, "acceptInvitation">>().toEqualTypeOf<Committing | Criteria | Proving | Hashing | "user-removed">();
    expectTypeOf<CodeOf<Commands, "verifyEmail">>().toEqualTypeOf<
      Committing | Criteria | Proving | Hashing | "credentials-unproved" | "invalid-credentials"
    >();
    expectTypeOf<CodeOf<Commands, "verifyPhone">>().toEqualTypeOf<CodeOf<Commands, "verifyEmail">>();
    expectTypeOf<CodeOf<Commands, "releaseEmail">>().toEqualTypeOf<Committing | Criteria | Proving>();
    expectTypeOf<CodeOf<Commands, "releasePhone">>().toEqualTypeOf<Committing | Criteria | Proving>();
    expectTypeOf<CodeOf<Commands, "revertEmailChange">>().toEqualTypeOf<Committing | Criteria | Proving>();
    expectTypeOf<CodeOf<Commands, "requestLogIn">>().toEqualTypeOf<Committing | Criteria | "too-many-attempts">();
    expectTypeOf<CodeOf<Commands, "requestPasswordReset">>().toEqualTypeOf<CodeOf<Commands, "requestLogIn">>();
    expectTypeOf<CodeOf<Commands, "requestEmailVerification">>().toEqualTypeOf<CodeOf<Commands, "requestLogIn"> | "not-authenticated">();
    expectTypeOf<CodeOf<Commands, "requestPhoneVerification">>().toEqualTypeOf<CodeOf<Commands, "requestEmailVerification">>();
    expectTypeOf<CodeOf<Commands, "requestEmailChange">>().toEqualTypeOf<
      Committing | "invalid-argument" | "email-invalid" | "not-authenticated" | "too-many-attempts"
    >();
    expectTypeOf<CodeOf<Commands, "confirmEmailChange">>().toEqualTypeOf<Committing | Criteria | Proving | "not-authenticated">();
    expectTypeOf<CodeOf<Commands, "logInWithCode">>().toEqualTypeOf<
      | Committing
      | Criteria
      | Proving
      | `account-${"missing" | "pending" | "deactivated" | "suspended"}`
      | "password-reset-required"
      | "proof-expired"
      | "access-tokens-failed"
    >();
    expectTypeOf<CodeOf<Commands, "logInWithLink">>().toEqualTypeOf<CodeOf<Commands, "logInWithCode">>();
    expectTypeOf<CodeOf<Commands, "resendInvitation">>().toEqualTypeOf<
      Committing | "invalid-argument" | "not-authenticated" | "not-authorized" | "account-not-found"
    >();
    expectTypeOf<CodeOf<Commands, "forcePasswordReset">>().toEqualTypeOf<
      CodeOf<Commands, "resendInvitation"> | "account-closed" | "user-removed"
    >();
  });

  test("know the failures of the host's own methods where one is proved beside", () => {
    never(() => withKey.verifyEmail({ link: "…" }));
    expectTypeOf<"key-lost">().toExtend<CodeOf<WithKey, "verifyEmail">>();
    expectTypeOf<"key-lost">().not.toExtend<CodeOf<WithKey, "resetPassword">>();
  });

  test("take a link, or a code with whose it is, and not neither", () => {
    never(() => commands.verifyEmail({ link: "…" }));
    never(() => commands.verifyEmail({ email: "ada@example.com", code: "12345678", password: "secret" }));
    never(() => commands.verifyEmail({ link: "…", startAfresh: true }));
    never(() => commands.resetPassword({ identifier: "ada", code: "12345678", password: "secret" }));
    never(() => commands.resetPassword({ link: "…", password: new Secret("secret") }));
    never(() => commands.logInWithCode({ username: "ada", code: "12345678", device: "laptop", trustedDevice: "…" }));
    never(() => commands.confirmEmailChange({ code: "12345678" }));
    // @ts-expect-error neither of the two proves nothing
    never(() => commands.verifyEmail({}));
    // @ts-expect-error whose code it is has to be said
    never(() => commands.verifyEmail({ code: "12345678" }));
    // @ts-expect-error an e-mail is proved by its own code
    never(() => commands.verifyEmail({ username: "ada", code: "12345678" }));
    // @ts-expect-error a phone has no links
    never(() => commands.verifyPhone({ link: "…" }));
    // @ts-expect-error a new password is what it is about
    never(() => commands.resetPassword({ link: "…" }));
    // @ts-expect-error a log-in by code takes a code
    never(() => commands.logInWithCode({ link: "…" }));
    // @ts-expect-error and one by link a link
    never(() => commands.logInWithLink({ email: "ada@example.com", code: "12345678" }));
    // @ts-expect-error an invitation is a link
    never(() => commands.acceptInvitation({ email: "ada@example.com", code: "12345678" }));
    // @ts-expect-error so is the way back
    never(() => commands.revertEmailChange({ code: "12345678" }));
    // @ts-expect-error a name is shared by many
    never(() => commands.requestPasswordReset({ name: "Ada" }));
  });

  test("answer a session, or the question for a second factor", () => {
    never(async () => {
      const answer = await commands.logInWithLink({ link: "…" });
      if (answer.isErr()) return;
      expectTypeOf(answer.value.status).toEqualTypeOf<"signed-in" | "second-factor-required">();
      const reset = await commands.resetPassword({ link: "…", password: "secret" });
      // A password that was reset logs nobody in.
      if (reset.isOk()) expectTypeOf(reset.value).toBeVoid();
    });
  });
});

describe("an invitation, as the compiler sees it", () => {
  test("takes an e-mail and a role, and no password", () => {
    never(() => commands.inviteUser({ name: "Bob", emails: ["bob@example.com"], role: "user" }, { commandId: "1", id: "2" }));
    never(() => typed.commands.inviteUser({ name: "Bob", emails: ["bob@example.com"], role: "reader" }));
    // @ts-expect-error the invitation goes to an e-mail
    never(() => commands.inviteUser({ name: "Bob", emails: [], role: "user" }));
    // @ts-expect-error the invitation goes to an e-mail
    never(() => commands.inviteUser({ name: "Bob", role: "user" }));
    // @ts-expect-error what he may do is said
    never(() => commands.inviteUser({ name: "Bob", emails: ["bob@example.com"] }));
    // @ts-expect-error his password is his own to choose
    never(() => commands.inviteUser({ name: "Bob", emails: ["bob@example.com"], role: "user", password: "secret" }));
    // @ts-expect-error the default roles are not there any more
    never(() => typed.commands.inviteUser({ name: "Bob", emails: ["bob@example.com"], role: "user" }));
  });
});

describe("a unit of work, as the compiler sees it", () => {
  test("has what administrators do, and nothing that proves or asks", () => {
    never(() => {
      const uow = application.unitOfWork();
      expectTypeOf(uow.commands.inviteUser).toBeFunction();
      expectTypeOf(uow.commands.resendInvitation).toBeFunction();
      expectTypeOf(uow.commands.forcePasswordReset).toBeFunction();
      // @ts-expect-error a proof keeps its traces whatever becomes of the unit
      never(() => uow.commands.verifyEmail);
      // @ts-expect-error so does a log-in
      never(() => uow.commands.logInWithLink);
      // @ts-expect-error so does a reset
      never(() => uow.commands.resetPassword);
      // @ts-expect-error and what is asked for is counted
      never(() => uow.commands.requestEmailVerification);
      // @ts-expect-error and an invitation is proved
      never(() => uow.commands.acceptInvitation);
    });
  });
});

describe("messages, as the compiler sees them", () => {
  test("are said by one function, which a mailbox is", () => {
    expectTypeOf<Mailbox>().toExtend<Messages>();
    expectTypeOf(mailbox().last()).toEqualTypeOf<Letter | undefined>();
    expectTypeOf<Letter["code"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<ChallengePurpose>().toExtend<UserMessage["kind"]>();
    expectTypeOf<NonNullable<UserMessage["code"]>["text"]>().toEqualTypeOf<Secret>();
    // @ts-expect-error kinds are literals
    never(() => mailbox().last({ kind: "advertisement" }));
  });

  test("are told of by events that subscribers hear", () => {
    never(() => application.bus.subscribe("challenge-issued", ({ payload }) => payload.purpose satisfies ChallengePurpose));
    never(() => application.inTransaction.subscribe("credential-confirmed", ({ payload }) => payload.kind));
    never(() => application.bus.subscribe("session-started", ({ payload }) => payload.newDevice satisfies boolean));
    // @ts-expect-error what it is bound to is no address
    never(() => application.bus.subscribe("challenge-issued", ({ payload }) => payload.code));
  });
});

describe("settings, as the compiler sees them", () => {
  test("are literals and whole objects", () => {
    never(() => new Application({ store: memory(), accounts: { activation: "verified", verify: ["email", "phone"] } }));
    never(() => new Application({ store: memory(), challenges: { code: 1000, coolDown: 1000, links: { invitation: 60_000 } } }));
    // @ts-expect-error what can be proved are addresses
    never(() => new Application({ store: memory(), accounts: { verify: ["username"] } }));
    // @ts-expect-error a phone has no links
    never(() => new Application({ store: memory(), challenges: { links: { "verify-phone": 60_000 } } }));
    // @ts-expect-error messages are said
    never(() => new Application({ store: memory(), messages: {} }));
  });
});
