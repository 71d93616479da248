import { okAsync, systemActor, domainError, errAsync } from "denizen";
import type { AccountStatus, UserActor } from "denizen";
import { Application } from "denizen";
import { memory } from "denizen/memory";
import type { AccessClaims, AccessTokens } from "denizen/ports";
import { fastHasher, fixedClock } from "denizen/testing";
import { arrange, holding, signedUp } from "./world.js";

/** Signed access tokens that anybody can sign: so that there are actors for whom no log-in would give a token. */
const signedByAnybody: AccessTokens = {
  issue: (claims) => okAsync(JSON.stringify(claims)),
  verify: (token) => {
    try {
      return okAsync(JSON.parse(token) as AccessClaims);
    } catch {
      return errAsync(domainError("access-token-invalid", "this is no token"));
    }
  },
};

/** An application where administrators may set passwords, and everything its bus rings is counted. */
export function application() {
  const store = memory();
  const app = new Application({
    store,
    clock: fixedClock(),
    passwordHasher: fastHasher(),
    accessTokens: signedByAnybody,
    accounts: { setAccountPassword: true },
  });
  const heard: string[] = [];
  app.bus.subscribe("*", ({ type }) => heard.push(type));
  return { application: app, store, heard };
}

export type On = ReturnType<typeof application>;
type Doors = On["application"] | ReturnType<On["application"]["as"]>;

/** A grant as the table writes it: `admin`, or `admin@red`. */
export type Grant = readonly [role: string, scope: string | null];

/** Who asks. `grants` of somebody who is logged in; a name for everybody else. */
export interface Asking {
  readonly name: string;
  /** `in`: a user who is logged in and whose account is active. `gone`: one who was, or pretends to be. */
  readonly as: "anonymous" | "system" | "in" | "gone";
  readonly grants: readonly Grant[];
  readonly id: string | undefined;
  readonly doors: Doors;
}

/** Roles that are typed, for `world.ts`'s helpers, which know another application of the same shape. */
// The helpers use the doors of accounts alone, which both applications have alike.
const shaped = (on: On) => on as unknown as Parameters<typeof signedUp>[0];

async function tokenFor({ application: app }: On, claims: Partial<AccessClaims>): Promise<UserActor> {
  return (await app.authenticate(JSON.stringify({ tenant: "default", ...claims })))._unsafeUnwrap();
}

/** Everybody who could ask, each signed up anew. */
export const askers: Readonly<Record<string, (on: On) => Promise<Asking>>> = {
  anonymous: async ({ application: app }) => ({ name: "anonymous", as: "anonymous", grants: [], id: undefined, doors: app }),
  system: async ({ application: app }) => ({
    name: "system",
    as: "system",
    grants: [],
    id: undefined,
    doors: app.as(systemActor("job")._unsafeUnwrap()),
  }),
  nothing: loggedIn([]),
  user: loggedIn([["user", null]]),
  admin: loggedIn([["admin", null]]),
  "super-admin": loggedIn([["super-admin", null]]),
  "admin@red": loggedIn([["admin", "red"]]),
  suspended: gone((on, id) => arrange(shaped(on), id, (account) => account.suspend()._unsafeUnwrap())),
  deactivated: gone((on, id) => arrange(shaped(on), id, (account) => account.deactivate()._unsafeUnwrap())),
  "logged out": gone(async (_, __, doors) => (await doors.commands.logOut())._unsafeUnwrap()),
  removed: gone(async ({ application: app }, id) => {
    await using users = app.users();
    users.remove((await users.read({ id }))._unsafeUnwrap())._unsafeUnwrap();
    (await users.save())._unsafeUnwrap();
  }),
  pending: async (on) => {
    const id = await target(on, { grants: [["admin", null]], status: "pending" });
    const actor = await tokenFor(on, { userId: id, sessionId: "none" });
    return { name: "pending", as: "gone", grants: [["admin", null]], id, doors: on.application.as(actor) };
  },
  "in another's session": async (on) => {
    const thief = await signedUp(shaped(on), "thief");
    const victim = await holding(shaped(on), "victim", "super-admin");
    const actor = await tokenFor(on, { userId: victim.id, sessionId: thief.actor.session });
    return { name: "in another's session", as: "gone", grants: [["super-admin", null]], id: victim.id, doors: on.application.as(actor) };
  },
};

function loggedIn(grants: readonly Grant[]) {
  return async (on: On): Promise<Asking> => {
    const { id, actor } = await signedUp(shaped(on), "asker");
    await arrange(shaped(on), id, (account) => {
      account.revoke("user")._unsafeUnwrap();
      for (const [role, scope] of grants) account.grant(role, scope)._unsafeUnwrap();
    });
    return { name: "logged in", as: "in", grants, id, doors: on.application.as(actor) };
  };
}

/** An administrator who is not any more, with the actor that was made while he was. */
function gone(leave: (on: On, id: string, doors: Doors) => Promise<unknown>) {
  return async (on: On): Promise<Asking> => {
    const { id, actor } = await holding(shaped(on), "asker", "admin");
    const doors = on.application.as(actor);
    await leave(on, id, doors);
    return { name: "gone", as: "gone", grants: [["admin", null]], id, doors };
  };
}

/** Whom it is about. */
export interface Target {
  readonly grants: readonly Grant[];
  readonly status: AccountStatus;
}

let targets = 0;

/** Brings a user and his account into being, without anybody's authorization. */
export async function target({ application: app }: On, { grants, status }: Target): Promise<string> {
  await using uow = app.unitOfWork();
  const user = (await uow.users.create({ name: "Target", emails: [`target${targets++}@example.com`] }))._unsafeUnwrap();
  const start = status === "pending" ? "pending" : "active";
  const account = (await uow.accounts.create({ status: start, role: null }, { id: user.id }))._unsafeUnwrap();
  if (status === "suspended") account.suspend()._unsafeUnwrap();
  if (status === "deactivated") account.deactivate()._unsafeUnwrap();
  for (const [role, scope] of grants) account.grant(role, scope)._unsafeUnwrap();
  (await uow.commit())._unsafeUnwrap();
  return user.id;
}

/** All that is stored of these accounts and their users, and how many accounts there are. */
export async function rows({ store }: On, ids: readonly (string | undefined)[]) {
  const all = await Promise.all(
    ids.flatMap((id) =>
      id === undefined
        ? []
        : ["account", "user"].map(async (kind) => (await store.load("default", { kind, id }, { limit: 1 }))._unsafeUnwrap()),
    ),
  );
  const query = { tenant: "default", filter: {}, sort: "openedAt", direction: "ascending", limit: 1, from: { offset: 0 } } as const;
  return { all, total: (await store.queries.accounts(query))._unsafeUnwrap().total };
}
