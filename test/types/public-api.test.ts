import { drizzle as drizzleNodePostgres } from "drizzle-orm/node-postgres";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { Application, attempt, domainError, err, event, ok, okAsync, personalEvent } from "denizen";
import type { Actor, DomainError, Email, PayloadOf, Result, User, Verified } from "denizen";
import { drizzle } from "denizen/drizzle";
import { memory } from "denizen/memory";
import type { AuthenticationMethod } from "denizen/ports";
import { planets } from "../support/massive-planets.js";

const pin: AuthenticationMethod<number, DomainError<"pin-offline">> = {
  enrol: () => okAsync({ secret: undefined as never }),
  verify: () => okAsync({ accepted: true }),
};

const application = new Application({
  store: memory(),
  attributes: z.object({ hobbies: z.array(z.string()), since: z.number().default(0) }),
  aggregates: { planets },
  methods: { pin },
  subscribers: (on) => [
    on("planet-discovered", ({ payload }) => (payload.mass > 9 ? err(domainError("too-heavy", "no")) : ok())),
    on("phone-added", async () => Promise.resolve(err(domainError("no-phones", "no")))),
  ],
});
// Only the types are asked: nothing here runs.
const never = (_: () => unknown): void => undefined;
describe("an application's types", () => {
  test("attributes come out as the schema gives them, and go in as it takes them", () => {
    never(async () => {
      const users = application.users();
      const user = (await users.read({ id: "1" }))._unsafeUnwrap();
      expectTypeOf(user.attributes).toEqualTypeOf<{ hobbies: string[]; since: number }>();
      void users.create({ name: "Ada", attributes: { hobbies: ["chess"] } });
      // @ts-expect-error the schema asks for hobbies
      void users.create({ name: "Ada" });
      // @ts-expect-error hobbies are strings
      void users.create({ name: "Ada", attributes: { hobbies: [1] } });
      // @ts-expect-error a role is nothing that a user is created with
      void users.create({ name: "Ada", attributes: { hobbies: [] }, role: "admin" });
    });
  });

  test("aggregates of the host's are repositories of the unit of work", () => {
    never(async () => {
      const uow = application.unitOfWork();
      const planet = (await uow.planets.create({ name: "Vulcan", mass: 1 }))._unsafeUnwrap();
      expectTypeOf(planet.mass).toEqualTypeOf<number>();
      // @ts-expect-error a planet has a mass
      void uow.planets.create({ name: "Vulcan" });
      // @ts-expect-error there are no stars
      expectTypeOf(uow.stars).toBeNever();
    });
  });

  test("events are typed by their name, inside the transaction and after it", () => {
    never(() => {
      application.bus.subscribe("email-added", ({ payload, type }) => {
        expectTypeOf(payload).toEqualTypeOf<{ email: Email; primary: boolean }>();
        expectTypeOf(type).toEqualTypeOf<"email-added">();
      });
      application.bus.subscribe("*", (heard) => {
        if (heard.type === "planet-renamed") expectTypeOf(heard.payload).toEqualTypeOf<{ name: string }>();
      });
      application.bus.subscribe("proof-failed", ({ payload }) => expectTypeOf(payload.method).toEqualTypeOf<string>());
      // @ts-expect-error a refused proof leaves its trace whatever becomes of a transaction
      application.inTransaction.subscribe("proof-failed", () => undefined);
      // @ts-expect-error there is no such event
      application.bus.subscribe("email-aded", () => undefined);
    });
  });

  test("what declared subscribers veto with is in the error; what later ones do is any error", () => {
    never(async () => {
      const saved = await application.users().save();
      if (saved.isOk()) return;
      if (saved.error.code === "vetoed" && saved.error.subscriber === "declared") {
        expectTypeOf<(typeof saved.error.reason)["code"]>().toEqualTypeOf<
          | "too-heavy"
          | "no-phones"
          | "account-protected"
          | "last-role-holder"
          | "subscriber-threw"
          | "subscriber-timed-out"
          | "transaction-broken"
        >();
      }
    });
  });

  test("errors are closed unions, with the host's own among them", () => {
    never(async () => {
      const committed = await application.unitOfWork().commit();
      expectTypeOf(committed._unsafeUnwrapErr().code).toEqualTypeOf<
        | "vetoed"
        | "email-taken"
        | "phone-taken"
        | "username-taken"
        | "username-confusable"
        | "planet-name-taken"
        | "identifier-taken"
        | "id-taken"
        | "concurrency-conflict"
        | "commit-outcome-unknown"
        | "subscriber-loop"
        | "not-storable"
        | "store-unavailable"
        | "store-busy"
        | "store-failed"
        | "unit-closed"
        | "unit-busy"
        | "invalid-scope"
        | "invalid-argument"
      >();
      const planet = await application.unitOfWork().planets.create({ name: "", mass: 0 });
      expectTypeOf(planet._unsafeUnwrapErr().code).toEqualTypeOf<
        "planet-too-light" | "unit-closed" | "invalid-scope" | "invalid-argument"
      >();
    });
  });

  test("attempt gathers what is yielded and returned", () => {
    never(async () => {
      const attempted = attempt(async function* () {
        const one = yield* ok<number, DomainError<"one">>(1);
        const two = yield* okAsync<string, DomainError<"two">>("2");
        if (one > 1) return err(domainError("three", ""));
        return ok({ one, two });
      });
      expectTypeOf((await attempted)._unsafeUnwrapErr().code).toEqualTypeOf<"one" | "two" | "three">();
      expectTypeOf(await attempted).toExtend<Result<{ one: number; two: string }, DomainError>>();
    });
  });

  test("proofs are addressed by their method's key, and only a user of a unit can prove", () => {
    never(async () => {
      const users = application.users();
      const user = (await users.read({ id: "1" }))._unsafeUnwrap();
      const verified = await user.verify({ pin: 1234 });
      if (verified.isOk()) expectTypeOf(verified.value).toEqualTypeOf<Verified>();
      else expectTypeOf<"pin-offline">().toExtend<typeof verified.error.code>();
      // @ts-expect-error a PIN is a number
      void user.verify({ pin: "1234" });
      // @ts-expect-error there is no such method
      void user.verify({ totp: "123456" });
      // @ts-expect-error one proof at a time
      void user.verify({ pin: 1, password: "x", totp: "1" });
      // @ts-expect-error names are shared: nobody is proved by one
      void users.verify({ name: "Ada" }, { pin: 1 });
      const pure = user as User;
      // @ts-expect-error the pure aggregate proves nothing
      expectTypeOf(pure.verify).toBeNever();
    });
  });

  test("there is no transaction to write to in memory, and the driver's own on PostgreSQL", () => {
    never(() => {
      application.inTransaction.subscribe("*", (_, { tx }) => expectTypeOf(tx).toEqualTypeOf<never>());
      const onPostgres = new Application({ store: drizzle(drizzleNodePostgres("postgres://")) });
      void onPostgres.transact(async function* ({ tx }) {
        expectTypeOf(tx.insert).toEqualTypeOf<Parameters<Parameters<NodePgDatabase["transaction"]>[0]>[0]["insert"]>();
        return Promise.resolve(ok());
      });
    });
  });

  test("an actor cannot be made of a request body, and transact's block does not commit", () => {
    never(() => {
      // @ts-expect-error a body is no actor
      application.as(JSON.stringify({ kind: "user", id: "1" }));
      expectTypeOf<Parameters<typeof application.as>[0]>().toEqualTypeOf<Actor>();
      void application.transact(async function* ({ uow }) {
        // @ts-expect-error returning ok commits
        expectTypeOf(uow.commit).toBeNever();
        return Promise.resolve(ok());
      });
    });
  });

  test("an event's payload is what was declared, and its personal fields are among its fields", () => {
    const discovered = event<{ mass: number }>();
    expectTypeOf<PayloadOf<typeof discovered>>().toEqualTypeOf<{ mass: number }>();
    expect(discovered).toEqual({ version: 1, personal: [], upcasters: {} });
    never(() => {
      personalEvent<{ name: string }>()("name");
      // @ts-expect-error there is no such field
      personalEvent<{ name: string }>()("nmae");
    });
  });
});
