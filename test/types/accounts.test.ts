import { describe, expectTypeOf, test } from "vitest";
import { Application, defineRoles, okAsync, Secret } from "denizen";
import type { Actor, DomainError, UserActor, Verified } from "denizen";
import type { AuthenticationMethod, Proved } from "denizen/ports";
import { memory } from "denizen/memory";
import { fastHasher } from "denizen/testing";

const key: AuthenticationMethod<{ readonly signature: string }, DomainError<"key-lost">> & { readonly factor: "possession" } = {
  factor: "possession",
  enrol: () => okAsync({ secret: new Secret("") }),
  verify: () => okAsync<Proved>({ accepted: false }),
};

const application = new Application({ store: memory(), passwordHasher: fastHasher(), methods: { key } });
const { commands, queries } = application;
const typed = new Application({
  store: memory(),
  accounts: { roles: defineRoles({ reader: {}, editor: { manages: ["reader"] } }), initialRole: "reader" },
});

/** What is looked at by the compiler and never run. */
const never = (_: () => unknown): void => undefined;

describe("commands, as the compiler sees them", () => {
  test("take explicit fields: neither an actor nor a role comes with a sign-up", () => {
    never(() => commands.signUp({ name: "Ada", emails: ["ada@example.com"], password: "secret", device: "laptop" }));
    // @ts-expect-error a role is nothing to ask for
    never(() => commands.signUp({ name: "Ada", role: "admin" }));
    // @ts-expect-error who asks is the scope's business
    never(() => commands.grantRole({ id: "1", role: "admin", actor: "2" }));
  });

  test("take any identifier and any configured method to log in", () => {
    never(() => commands.logIn({ identifier: "ada", password: "secret" }));
    never(() => commands.logIn({ phone: "+34600123456", key: { signature: "…" } }));
    // @ts-expect-error a name is shared by many
    never(() => commands.logIn({ name: "Ada", password: "secret" }));
    // @ts-expect-error no such method is configured
    never(() => commands.logIn({ email: "ada@example.com", totp: "123456" }));
  });

  test("answer a session only after everything has been proved", () => {
    never(async () => {
      const loggedIn = await commands.logIn({ identifier: "ada", password: "secret" });
      if (loggedIn.isErr()) return;
      // @ts-expect-error a log-in that waits for its second factor has no token
      expectTypeOf(loggedIn.value.accessToken).toEqualTypeOf<string>();
      if (loggedIn.value.status === "signed-in") expectTypeOf(loggedIn.value.accessToken).toEqualTypeOf<string>();
      else expectTypeOf(loggedIn.value.pending).toEqualTypeOf<string>();
    });
    expectTypeOf<Awaited<ReturnType<typeof commands.signUp>>["isOk"]>().toBeFunction();
  });

  test("fail by closed unions, the methods' own failures among them", () => {
    never(async () => {
      const loggedIn = await commands.logIn({ identifier: "ada", password: "secret" });
      if (loggedIn.isOk()) return;
      const { code } = loggedIn.error;
      expectTypeOf<"key-lost" | "invalid-credentials" | "account-suspended" | "hasher-busy">().toExtend<typeof code>();
      // @ts-expect-error the union is closed
      if (code === "no-such-code") return;
      const refreshed = await commands.refresh({ refreshToken: "" });
      if (refreshed.isErr()) {
        expectTypeOf(refreshed.error.code).toEqualTypeOf<
          "refresh-token-invalid" | "access-tokens-failed" | "store-unavailable" | "store-busy" | "store-failed" | "invalid-scope"
        >();
      }
    });
  });

  test("know the host's own roles", () => {
    never(() => typed.commands.grantRole({ id: "1", role: "editor" }));
    never(() => typed.queries.accounts({ role: "reader" }));
    // @ts-expect-error the default roles are not there any more
    never(() => typed.commands.grantRole({ id: "1", role: "admin" }));
    // @ts-expect-error nor is it a role of the default hierarchy
    never(() => commands.grantRole({ id: "1", role: "editor" }));
    // @ts-expect-error a role manages roles that are defined
    never(() => defineRoles({ reader: {}, editor: { manages: ["raeder"] } }));
  });
});

describe("scopes, as the compiler sees them", () => {
  test("take an actor, which nothing but authenticate and systemActor makes", () => {
    never(async () => {
      const actor = await application.authenticate("token");
      if (actor.isOk()) {
        expectTypeOf(actor.value).toEqualTypeOf<UserActor>();
        expectTypeOf(actor.value).toExtend<Actor>();
        never(() => application.as(actor.value).commands.changePassword({ current: "a", next: "b" }));
      }
    });
    // @ts-expect-error an id is no actor
    never(() => application.as("1"));
  });

  test("start sessions from proofs alone", () => {
    never((proof?: Verified) => proof && application.startSession(proof, { device: "laptop" }));
    // @ts-expect-error an id proves nothing
    never(() => application.startSession({ userId: "1" }));
  });
});

describe("a unit of work, as the compiler sees it", () => {
  test("has the commands that decide and record, and none that proves or works on sessions", () => {
    never(async () => {
      await using uow = application.unitOfWork();
      expectTypeOf(uow.commands.grantRole).toBeFunction();
      expectTypeOf(uow.commands.suspendAccount).toBeFunction();
      // @ts-expect-error a proof keeps its traces whatever becomes of the unit
      never(() => uow.commands.logIn);
      // @ts-expect-error so does a change of password, which proves the current one
      never(() => uow.commands.changePassword);
      // @ts-expect-error and a rotation
      never(() => uow.commands.refresh);
      const account = await uow.accounts.get("1");
      if (account.isOk()) expectTypeOf(account.value.status).toEqualTypeOf<"pending" | "active" | "deactivated" | "suspended">();
    });
  });

  test("tells in-transaction subscribers of accounts, and not of what guards publish", () => {
    never(() => application.inTransaction.subscribe("account-opened", ({ payload }) => payload.role));
    never(() => application.bus.subscribe("refresh-token-replayed", ({ publisher }) => publisher.id));
    // @ts-expect-error a session's record is truth by itself: there is no transaction to veto
    never(() => application.inTransaction.subscribe("session-started", () => undefined));
  });

  test("has pages of plain rows", () => {
    never(async () => {
      const page = await queries.accounts({ sort: "openedAt", direction: "descending", limit: 10 });
      if (page.isOk()) expectTypeOf(page.value.items[0]?.email).toEqualTypeOf<string | null | undefined>();
      // @ts-expect-error sorts are literals
      never(() => queries.accounts({ sort: "password" }));
    });
  });
});
