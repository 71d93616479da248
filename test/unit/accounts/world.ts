import { Account, Application, Secret, accountBehaviour, defaultRoles, okAsync } from "denizen";
import type { AccountStatus, AccountsConfig, RoleHierarchy } from "denizen";
import { memory } from "denizen/memory";
import type { AuthenticationMethod } from "denizen/ports";
import { fastHasher, fixedClock } from "denizen/testing";
import { expect } from "vitest";
import { codeOf } from "../../support/codes.js";
import { audits, planets } from "../../support/planets.js";

export const PASSWORD = "correct horse battery staple";
export const OTHER_PASSWORD = "another horse battery staple";
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** A method as small as one can be: what was enrolled proves its owner, and enrolling has proved it. */
const something = (factor: "knowledge" | "possession" | "inherence"): AuthenticationMethod<string, never> => ({
  factor,
  enrol: (input) => okAsync({ secret: new Secret(input), confirmed: true }),
  verify: (input, material) => okAsync({ accepted: material?.reveal() === input }),
});

export const methods = {
  fob: something("possession"),
  card: something("possession"),
  face: something("inherence"),
  memo: something("knowledge"),
};

/** An application on memory, with a clock of the test's own, that tells of everything its bus has rung. */
export function world(accounts: AccountsConfig = {}) {
  const [clock, hasher, store] = [fixedClock(), fastHasher(), memory({ lockTimeout: 500 })];
  const application = new Application({
    store,
    clock,
    passwordHasher: hasher,
    methods,
    aggregates: { planets, audits },
    attempts: { limit: 5, first: MINUTE, longest: 60 * MINUTE },
    accounts,
  });
  const heard: string[] = [];
  application.bus.subscribe("*", ({ type }) => heard.push(type));
  return { application, clock, hasher, store, heard };
}

export type World = ReturnType<typeof world>;
export type Application_ = World["application"];

const emailOf = (name: string): string => `${name}@example.com`;

/** Signs somebody up, who is logged in then. */
export async function signedUp({ application }: Pick<World, "application">, name: string) {
  const input = { name, username: name, emails: [emailOf(name)], password: PASSWORD };
  const answer = (await application.commands.signUp(input))._unsafeUnwrap();
  if (answer.status !== "signed-in") throw new Error(`${name} is ${answer.status}`);
  return enter(application, answer, emailOf(name));
}

/** What somebody does who holds these tokens. */
async function enter<Tokens extends { readonly userId: string; readonly accessToken: string }>(
  application: Application_,
  tokens: Tokens,
  email: string,
) {
  const actor = (await application.authenticate(tokens.accessToken))._unsafeUnwrap();
  const doors = application.as(actor);
  return { id: tokens.userId, email, actor, doors, tokens, commands: doors.commands, queries: doors.queries };
}

/** A further session of the same user. */
export async function loggedIn({ application }: Pick<World, "application">, email: string, password = PASSWORD) {
  const answer = (await application.commands.logIn({ email, password }))._unsafeUnwrap();
  if (answer.status !== "signed-in") throw new Error(`${email} is asked for a second factor`);
  return enter(application, answer, email);
}

export type Somebody = Awaited<ReturnType<typeof signedUp>>;

/** Changes an account by its own rules alone, with nobody's authorization. */
export async function arrange({ application }: Pick<World, "application">, id: string, change: (account: Account) => unknown) {
  await using uow = application.unitOfWork();
  change((await uow.accounts.get(id))._unsafeUnwrap());
  (await uow.commit())._unsafeUnwrap();
}

/** Somebody who is signed up and holds this role, in this scope. */
export async function holding(on: Pick<World, "application">, name: string, role: string, scope: string | null = null) {
  const somebody = await signedUp(on, name);
  await arrange(on, somebody.id, (account) => {
    if (role !== "user" || scope !== null) account.revoke("user")._unsafeUnwrap();
    account.grant(role, scope)._unsafeUnwrap();
  });
  return somebody;
}

/** A user with an account that has been brought into a status. */
export async function inStatus(on: Pick<World, "application">, name: string, status: AccountStatus): Promise<Somebody> {
  const somebody = await signedUp(on, name);
  if (status === "pending") throw new Error("nobody can be made pending");
  await arrange(on, somebody.id, (account) => {
    if (status === "suspended") account.suspend()._unsafeUnwrap();
    if (status === "deactivated") account.deactivate()._unsafeUnwrap();
  });
  return somebody;
}

/** What is stored of an account: all of it. */
export const stored = async ({ store }: Pick<World, "store">, id: string, tenant = "default") =>
  (await store.load(tenant, { kind: "account", id }, { limit: 1 }))._unsafeUnwrap()[0];

/** The types of the events that have happened to an aggregate. */
export const historyOf = async ({ store }: Pick<World, "store">, kind: string, id: string) =>
  (await store.history("default", { kind, id }))._unsafeUnwrap().map(({ type }) => type);

/** How many accounts and users there are. */
export const people = async ({ store }: Pick<World, "store">) => {
  const query = { tenant: "default", filter: {}, direction: "ascending", limit: 100, from: { offset: 0 } } as const;
  const [accounts, profiles] = [store.queries.accounts({ ...query, sort: "openedAt" }), store.queries.profiles({ ...query, sort: "name" })];
  return [(await accounts)._unsafeUnwrap().total, (await profiles)._unsafeUnwrap().total];
};

/** Presents a refresh token. */
export const refresh = ({ application }: Pick<World, "application">, refreshToken: string) =>
  application.commands.refresh({ refreshToken });
/** Whether a session still lives, by each way to ask. */
export const lives = async ({ application }: Pick<World, "application">, { commands, tokens }: Pick<Somebody, "commands" | "tokens">) => {
  const answers = [await application.authenticate(tokens.accessToken), await commands.currentAccount(), await commands.listSessions()].map(
    codeOf,
  );
  expect(answers.every((code) => code === answers[0] || ["access-token-invalid", "not-authenticated"].includes(code))).toBe(true);
  return answers[1] === "ok";
};

/** Decides on accounts without an application. */
export const accountsOf = (hierarchy: RoleHierarchy = defaultRoles) => ({
  ...accountBehaviour,
  from: (root: ConstructorParameters<typeof Account>[0]) => new Account(root, hierarchy),
});
