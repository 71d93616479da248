import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Result } from "denizen";
import {
  Application,
  ConfigurationError,
  ResultAsync,
  User,
  Users,
  attempt,
  domainError,
  fromHistory,
  isActor,
  isDomainError,
  isVerified,
  ok,
  systemActor,
} from "denizen";
import { argon2 } from "denizen/argon2";
import { denizenTables, drizzle, migrate, migrations } from "denizen/drizzle";
import { memory } from "denizen/memory";
import { phone } from "denizen/phone";
import { fastHasher } from "denizen/testing";
import { anyValue, hostileValues } from "../values/hostile.js";

const schema = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) => ({ value: typeof value === "object" && value !== null ? {} : { value: String(typeof value) } }),
  },
} as const;

const application = new Application({ store: memory(), passwordHasher: fastHasher(), attributes: schema });
const big = "é".repeat(500_000);
const values: readonly unknown[] = [...hostileValues, big, { id: big }, { email: big }, [big], { name: big, emails: [big], username: big }];

/** A user that is saved, in a unit that is open. */
async function opened() {
  const users = application.users();
  const user = (await users.create({ name: "Ada", password: "correct horse battery" }))._unsafeUnwrap();
  expect((await users.save(user)).isOk()).toBe(true);
  return { users, user, uow: users.unit };
}

/** Every public function that answers a Result, given one value for each of its arguments in turn. */
const calls: Readonly<Record<string, (value: never, on: Awaited<ReturnType<typeof opened>>) => unknown>> = {
  "users.create": (value, { users }) => users.create(value),
  "users.create, a name": (value, { users }) => users.create({ name: value }),
  "users.create, a username": (value, { users }) => users.create({ name: "Ada", username: value }),
  "users.create, e-mails": (value, { users }) => users.create({ name: "Ada", emails: value }),
  "users.create, an e-mail": (value, { users }) => users.create({ name: "Ada", emails: [value] }),
  "users.create, a phone": (value, { users }) => users.create({ name: "Ada", phones: [value] }),
  "users.create, a password": (value, { users }) => users.create({ name: "Ada", password: value }),
  "users.create, attributes": (value, { users }) => users.create({ name: "Ada", attributes: value }),
  "users.create, an id": (value, { users }) => users.create({ name: "Ada", id: value }),
  "users.read": (value, { users }) => users.read(value),
  "users.read, an id": (value, { users }) => users.read({ id: value }),
  "users.read, an e-mail": (value, { users }) => users.read({ email: value }),
  "users.read, a name": (value, { users }) => users.read({ name: value }),
  "users.read, options": (value, { users }) => users.read({ id: "nobody" }, value),
  "users.verify, criteria": (value, { users }) => users.verify(value, { password: "x" }),
  "users.verify, a proof": (value, { users }) => users.verify({ email: "ada@example.com" }, value),
  "users.verify, a password": (value, { users }) => users.verify({ email: "ada@example.com" }, { password: value }),
  "users.save": (value, { users }) => users.save(value),
  "users.save, options": (value, { users, user }) => users.save(user, value),
  "users.remove": (value, { users }) => users.remove(value),
  "user.rename": (value, { user }) => user.rename(value),
  "user.setUsername": (value, { user }) => user.setUsername(value),
  "user.addEmail": (value, { user }) => user.addEmail(value),
  "user.removeEmail": (value, { user }) => user.removeEmail(value),
  "user.makePrimaryEmail": (value, { user }) => user.makePrimaryEmail(value),
  "user.verifyEmail": (value, { user }) => user.verifyEmail(value),
  "user.addPhone": (value, { user }) => user.addPhone(value),
  "user.removePhone": (value, { user }) => user.removePhone(value),
  "user.makePrimaryPhone": (value, { user }) => user.makePrimaryPhone(value),
  "user.verifyPhone": (value, { user }) => user.verifyPhone(value),
  "user.removeCredential": (value, { user }) => user.removeCredential(value),
  "user.setPassword": (value, { user }) => user.setPassword(value),
  "user.changePassword": (value, { user }) => user.changePassword(value),
  "user.changePassword, the next": (value, { user }) => user.changePassword({ current: "correct horse battery", next: value }),
  "user.importPasswordHash": (value, { user }) => user.importPasswordHash(value),
  "user.enrol": (value, { user }) => user.enrol(value, value),
  "user.verify": (value, { user }) => user.verify(value),
  "user.verify, a password": (value, { user }) => user.verify({ password: value }),
  "user.confirmCredential": (value, { user }) => user.confirmCredential(value),
  "user.confirmCredential, a password": (value, { user }) => user.confirmCredential({ password: value }),
  "user.releaseEmail": (value, { user }) => user.releaseEmail(value),
  "user.releasePhone": (value, { user }) => user.releasePhone(value),
  "user.setAttributes": (value, { user }) => user.setAttributes(value),
  "uow.users.create": (value, { uow }) => uow.users.create(value, value),
  "uow.users.create, an id": (value, { uow }) => uow.users.create({ name: "Ada" }, { id: value }),
  "uow.users.add": (value, { uow }) => uow.users.add(value),
  "uow.users.get": (value, { uow }) => uow.users.get(value, value),
  "uow.users.find": (value, { uow }) => uow.users.find(value, value),
  "uow.users.find, a key": (value, { uow }) => uow.users.find({ kind: value, key: value, shared: value }),
  "users.erase": (value, { users }) => users.erase(value),
  "uow.users.asOf": (value, { uow }) => uow.users.asOf(value, value),
  "uow.users.asOf, a version": (value, { uow }) => uow.users.asOf("nobody", { version: value }),
  "uow.users.asOf, a time": (value, { uow }) => uow.users.asOf("nobody", { time: value }),
  "User.fromHistory": (value) => User.fromHistory(value),
  fromHistory: (value) => fromHistory(value, value),
  "uow.commit": (value, { uow }) => uow.commit(value),
  "uow.commit, a command": (value, { uow }) => uow.commit({ command: value }),
  "uow.commit, an outcome": (value, { uow }) => uow.commit({ command: { id: "any", outcome: value } }),
  "application.transact": (value) => application.transact(value),
  "application.transact, options": (value) =>
    application.transact(async function* () {
      return ok();
    }, value),
  "application.transact, a commandId": (value) =>
    application.transact(
      async function* () {
        return ok(value);
      },
      { commandId: "any" },
    ),
  "application.outcome": (value) => application.outcome(value),
  "application.as": (value) => application.as(value).users().read({ id: "nobody" }),
  "application.tenant": (value) => application.tenant(value).users().read({ id: "nobody" }),
  "application.correlated": (value) => application.correlated(value).users().read({ id: "nobody" }),
  "application.unitOfWork": (value) => application.unitOfWork(value).commit(),
  "application.unitOfWork, within": (value) => application.unitOfWork({ within: value }).commit(),
  // What a body throws is the body's own.
  attempt: (value) => attempt(typeof value === "function" ? (undefined as never) : value),
  systemActor: (value) => systemActor(value),
  "phone().parse": (value) => phone({ defaultRegion: "ES" }).parse(value),
  "argon2().verify": (value) => argon2().verify(value, value),
};

/** Calls that are wiring: they do something, or throw one ConfigurationError. */
const wiring: Readonly<Record<string, (value: never) => unknown>> = {
  "new Application": (value) => new Application(value),
  "new Application, every part": (value) =>
    new Application({
      store: value,
      passwordHasher: value,
      passwords: value,
      methods: value,
      aggregates: value,
      attributes: value,
      phoneNumbers: value,
      attempts: value,
      challenges: value,
      messages: value,
      accounts: value,
      subscribers: value,
      subscriberTimeout: value,
      onError: value,
      keys: value,
      clock: value,
      ids: value,
      random: value,
    }),
  "new Users": (value) => new Users(value),
  "new Users, bind": (value) => new Users({ bind: value }),
  "bus.subscribe": (value) => application.bus.subscribe(value, value),
  "inTransaction.subscribe": (value) => application.inTransaction.subscribe(value, value),
  memory: (value) => memory(value),
  argon2: (value) => argon2(value),
  phone: (value) => phone(value),
  drizzle: (value) => drizzle(value),
  "drizzle, options": (value) => drizzle({ transaction: () => undefined, _: {} } as never, value),
  migrations: (value) => migrations(value),
  denizenTables: (value) => denizenTables(value),
};

const isAnswer = (value: unknown): value is Result<unknown, unknown> | ResultAsync<unknown, unknown> =>
  value instanceof ResultAsync || (typeof value === "object" && value !== null && "isErr" in value);

async function holds(call: (value: never, on: Awaited<ReturnType<typeof opened>>) => unknown, value: unknown): Promise<void> {
  const on = await opened();
  const answer = call(value as never, on);
  expect(isAnswer(answer)).toBe(true);
  const result = await (answer as ResultAsync<unknown, unknown>);
  if (result.isErr()) expect(isDomainError(result.error)).toBe(true);
  // What it was given cannot have broken the unit so that it throws from here on.
  await on.uow[Symbol.asyncDispose]();
  expect(Object.hasOwn(Object.prototype, "display")).toBe(false);
}

describe.each(Object.entries(calls))("%s", (_, call) => {
  test("answers every hostile value with a Result", async () => {
    for (const value of values) await holds(call, value);
  });

  test("answers any value with a Result", async () => {
    await fc.assert(
      fc.asyncProperty(anyValue, (value) => holds(call, value)),
      { numRuns: 25 },
    );
  });
});

describe.each(Object.entries(wiring))("%s", (_, wire) => {
  test("throws nothing but a ConfigurationError, whatever it is given", async () => {
    const given = [...values, ...fc.sample(anyValue, 50)];
    for (const value of given) {
      try {
        const answer: unknown = wire(value as never);
        if (answer instanceof ResultAsync) expect(isAnswer(await answer)).toBe(true);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ConfigurationError);
      }
    }
  });
});

test.each([isActor, isVerified, isDomainError])("%o answers any value", (guard) => {
  for (const value of values) expect(typeof guard(value)).toBe("boolean");
});

test("domainError takes details of any kind", () => {
  expect(domainError("code", "message", { some: 1 })).toEqual({ code: "code", message: "message", some: 1 });
});

test("migrate of anything but a database is a ConfigurationError", () => {
  for (const value of values) expect(() => migrate(value as never)).toThrow(ConfigurationError);
});
