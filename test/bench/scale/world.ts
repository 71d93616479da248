import { Application } from "denizen";
import { drizzle, migrate } from "denizen/drizzle";
import type { Store } from "denizen/ports";
import { denizenAccounts, newcomer, signUpMany } from "../subjects/accounts-subject.js";
import { connect, migratedDatabase, raw } from "../harness/database.js";
import { fillAtOnce, filledMember } from "./filled.js";
import type { Member } from "./filled.js";
import { noHashing, unwrap } from "../subjects/subject.js";

/** So many are suspended, so many are admins, so many have a verified e-mail. */
export const FEW = 20;
/** As many take part everywhere: what is compared is how many there are, and not how much of them the server remembers. */
const MEMBERS = 800;

/** A database with so many users, and some of them to work with. */
export interface World extends AsyncDisposable {
  readonly size: number;
  readonly url: string;
  readonly members: readonly Member[];
  /** Half of all were there before. */
  readonly middle: Member;
  /** A super administrator's access token. */
  readonly accessToken: string;
  /** What filling took. */
  readonly seconds: number;
  /** On the disk. */
  readonly bytes: number;
}

/** Not durable: what is compared is work, and not the disk. */
export async function worldOf(size: number): Promise<World> {
  const fresh = await migratedDatabase({ durable: false });
  await using connected = connect("postgres.js", fresh.url, 4);
  const store = drizzle(connected.database);
  const client = raw(fresh.url, 2);
  const began = performance.now();
  await fillAtOnce(client, size);
  const seconds = (performance.now() - began) / 1000;
  const all = size === 0 ? await signedUp(store, MEMBERS + 3 * FEW) : [];
  const accessToken = await makeExceptions(store, size === 0 ? all.slice(MEMBERS) : fewOf(size));
  await client.unsafe("vacuum analyze");
  await client.unsafe("checkpoint");
  // As at a host's start: somebody looks once whether the log is this cluster's.
  unwrap(await migrate(connected.database));
  const [row] = await client<{ bytes: string }[]>`select pg_database_size(current_database()) as bytes`;
  await client.end();
  const members = size === 0 ? all.slice(0, MEMBERS) : manyOf(size);
  const middle = size === 0 ? members[MEMBERS / 2] : filledMember(size / 2 + 5);
  if (middle === undefined) throw new Error("there is nobody");
  const facts = { size, url: fresh.url, members, middle, accessToken, seconds, bytes: Number(row?.bytes) };
  return { ...facts, [Symbol.asyncDispose]: () => fresh[Symbol.asyncDispose]() };
}

async function signedUp<Tx>(store: Store<Tx>, count: number): Promise<readonly Member[]> {
  const subject = denizenAccounts(store);
  const members = await signUpMany(subject, count);
  return Promise.all(members.map(async ({ email, accessToken }) => ({ email, accessToken, id: await subject.check(accessToken) })));
}

/** Of those who are logged in, from everywhere, so that the rows of one are not near those of the one before. The step is a prime that divides no size. */
const manyOf = (size: number): readonly Member[] =>
  Array.from({ length: Math.min(MEMBERS, size / 10) }, (_, index) => filledMember(10 * (((index * 7919) % (size / 10)) + 1)));

/** Others, at even distances: a page of them is not full before everybody has been looked at. */
const fewOf = (size: number): readonly Member[] =>
  Array.from({ length: 3 * FEW }, (_, index) => filledMember(10 * Math.floor((size * (index + 1)) / (30 * FEW + 10)) + 1));

/** Makes few of them what few are, as an administrator does; answers his access token. */
export async function makeExceptions<Tx>(store: Store<Tx>, few: readonly Member[]): Promise<string> {
  const application = new Application({ store, passwordHasher: noHashing });
  const { accessToken } = await denizenAccounts(store).signUp(newcomer());
  const boss = unwrap(await application.authenticate(accessToken));
  unwrap(await application.bootstrap.grant({ id: boss.id, role: "super-admin" }));
  const { commands } = application.as(boss);
  for (const [index, { id, email }] of few.entries()) {
    if (index % 3 === 0) unwrap(await commands.suspendAccount({ id }));
    else if (index % 3 === 1) unwrap(await commands.grantRole({ id, role: "admin" }));
    else {
      await using users = application.users();
      const user = unwrap(await users.read({ id }));
      unwrap(user.verifyEmail(email));
      unwrap(await users.save(user));
    }
  }
  return accessToken;
}
