import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Application } from "denizen";
import type { Actor } from "denizen";
import { drizzle } from "denizen/drizzle";
import { jose } from "denizen/jose";
import type { AccessTokenKey } from "denizen/jose";
import type { AccessTokens, Store } from "denizen/ports";
import { heldIn, newcomer } from "../subjects/accounts-subject.js";
import { connect, migratedDatabase } from "../harness/database.js";
import type { Driver } from "../harness/database.js";
import { noHashing, PASSWORD, unwrap } from "../subjects/subject.js";
import { countTraffic } from "../harness/traffic.js";
import type { Operations } from "../harness/traffic.js";

const TARGETS = {
  "sign-up": 2,
  "log-in": 2,
  "session check, opaque": 1,
  refresh: 1,
  "sign-up, JWT": 2,
  "log-in, JWT": 2,
  "session check, JWT HS256": 0,
  "session check, JWT EdDSA": 0,
  "refresh, JWT": 1,
};

const signedWith = (key: AccessTokenKey): AccessTokens =>
  jose({ issuer: "https://a.example", audience: "https://b.example", keys: { current: "1", keys: { 1: key } } });
const hs256 = signedWith({ algorithm: "HS256", secret: randomBytes(32) });
const privateKey = generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const edDsa = signedWith({ algorithm: "EdDSA", privateKey });

let changes = 0;

/** For everyone; the same whatever the access tokens are. */
async function entrances<Tx>(store: Store<Tx>, accessTokens?: AccessTokens) {
  const application = new Application({ store, passwordHasher: noHashing, ...(accessTokens && { accessTokens }) });
  const { commands } = application;
  const person = newcomer();
  const [email] = person.emails;
  let held = heldIn(unwrap(await commands.signUp(person)));
  return {
    signUp: async () => unwrap(await commands.signUp(newcomer())),
    logIn: async () => unwrap(await commands.logIn({ email, password: PASSWORD })),
    check: async () => unwrap(await application.authenticate(held.accessToken)),
    refresh: async () => {
      held = heldIn(unwrap(await commands.refresh({ refreshToken: held.refreshToken })));
    },
  };
}

/** What whoever is logged in does, for information. */
async function asActors<Tx>(store: Store<Tx>) {
  const application = new Application({ store, passwordHasher: noHashing });
  const { commands } = application;
  const quiet = new Application({
    store,
    passwordHasher: noHashing,
    accounts: { enumerationProtection: true, activation: "administrator" },
  }).commands;
  const signUp = async (): Promise<{ readonly actor: Actor & { readonly id: string }; readonly email: string }> => {
    const person = newcomer();
    const { accessToken } = heldIn(unwrap(await commands.signUp(person)));
    return { actor: unwrap(await application.authenticate(accessToken)), email: person.emails[0] };
  };
  const [user, boss] = [await signUp(), await signUp()];
  unwrap(await application.bootstrap.grant({ id: boss.actor.id, role: "super-admin" }));
  const [asUser, asBoss] = [application.as(user.actor), application.as(boss.actor)];
  const sessions = await Promise.all(Array.from({ length: 20 }, async () => heldIn(unwrap(await commands.signUp(newcomer())))));
  const another = () => {
    const held = sessions.pop();
    if (held === undefined) throw new Error("no session is left");
    return held;
  };
  const refused = async (input: { readonly email: string; readonly password: string }) => {
    if ((await commands.logIn(input)).isOk()) throw new Error("whoever should be refused is logged in");
  };
  let current = PASSWORD;
  return {
    "log-in, a wrong password": () => refused({ email: user.email, password: "Correct horse" }),
    "log-in, nobody": () => refused({ email: newcomer().emails[0], password: PASSWORD }),
    "sign-up with enumeration protection": async () => unwrap(await quiet.signUp(newcomer())),
    "the same with a taken address": async () => unwrap(await quiet.signUp({ ...newcomer(), emails: [user.email] })),
    "log-out by refresh token": async () => unwrap(await commands.logOut({ refreshToken: another().refreshToken })),
    "currentAccount()": async () => unwrap(await asUser.commands.currentAccount()),
    "listSessions()": async () => unwrap(await asUser.commands.listSessions()),
    "changePassword()": async () => {
      const next = `${PASSWORD} ${++changes}`;
      unwrap(await asUser.commands.changePassword({ current, next }));
      current = next;
    },
    "grantRole()": async () => unwrap(await asBoss.commands.grantRole({ id: user.actor.id, role: "user", scope: `team ${++changes}` })),
    "grantRole() as a command with an id": async () =>
      unwrap(
        await asBoss.commands.grantRole({ id: user.actor.id, role: "user", scope: `team ${++changes}` }, { commandId: `grant ${changes}` }),
      ),
    "createAccount()": async () => unwrap(await asBoss.commands.createAccount({ ...newcomer(), role: "user" })),
    "queries.accounts(), a page": async () => unwrap(await asBoss.queries.accounts({ limit: 10 })),
    "queries.profile(), one's own": async () => unwrap(await asUser.queries.profile()),
  };
}

async function operationsOn(driver: Driver, url: string): Promise<Operations> {
  const connected = connect(driver, url, 1);
  const store = drizzle(connected.database, { wakeUps: false });
  const [opaque, jwt, eddsa] = [await entrances(store), await entrances(store, hs256), await entrances(store, edDsa)];
  return {
    "sign-up": opaque.signUp,
    "log-in": opaque.logIn,
    "session check, opaque": opaque.check,
    refresh: opaque.refresh,
    "sign-up, JWT": jwt.signUp,
    "log-in, JWT": jwt.logIn,
    "session check, JWT HS256": jwt.check,
    "session check, JWT EdDSA": eddsa.check,
    "refresh, JWT": jwt.refresh,
    ...(await asActors(store)),
    [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose](),
  };
}

await using fresh = await migratedDatabase({ durable: false });
await countTraffic(fresh.url, TARGETS, operationsOn);
