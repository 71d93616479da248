import { newcomer } from "../subjects/accounts-subject.js";
import type { Held } from "../subjects/accounts-subject.js";
import type { Door, House } from "./house.js";
import { raw } from "../harness/database.js";

/**
 * Nobody is measured who lets everybody in: with a wrong password, as a user nobody knows, with a token that is forged, or whose
 * session has ended.
 */
export async function letsIn(name: string, { subject, identify }: Door, endSession: (held: Held) => Promise<unknown>): Promise<void> {
  const fails = (what: string): never => {
    throw new Error(`${name}: ${what}`);
  };
  const isRefused = (call: Promise<unknown>): Promise<boolean> =>
    call.then(
      () => false,
      () => true,
    );
  const someone = newcomer();
  const { password } = someone;
  const [email] = someone.emails;
  const signedUp = await subject.signUp(someone);
  const loggedIn = await subject.logIn(email, password);
  const { accessToken } = loggedIn;
  const id = await subject.check(signedUp.accessToken);
  if (id === "" || id !== (await subject.check(accessToken))) fails("the sessions of one user are two users'");
  if (identify !== undefined && (await identify(accessToken)).join() !== [someone.name, email].join()) fails("it is somebody else");
  if (!(await isRefused(subject.signUp(someone)))) fails("an address is taken twice");
  if (!(await isRefused(subject.logIn(email, `${password}!`)))) fails("a wrong password is right");
  if (!(await isRefused(subject.logIn(newcomer().emails[0], password)))) fails("nobody has logged in");
  if (!(await isRefused(subject.check(forged(accessToken))))) fails("a forged token is good");
  await endSession(loggedIn);
  if (!(await isRefused(subject.check(accessToken)))) fails("a session that has ended goes on");
}

/** With another character in its middle. */
function forged(token: string): string {
  const middle = token.length >> 1;
  return `${token.slice(0, middle)}${token[middle] === "a" ? "b" : "a"}${token.slice(middle + 1)}`;
}

/** The same on a database, where the rows are counted as well: a user and a session for a sign-up, a session for a log-in. */
export async function letsInAndWrites(name: string, house: House, url: string): Promise<void> {
  const { users, sessions } = house.tables;
  const client = raw(url, 1);
  const count = async (): Promise<string> => {
    const [row] = await client.unsafe(`select (select count(*) from ${users}) as users, (select count(*) from ${sessions}) as sessions`);
    return JSON.stringify(row);
  };
  await using door = await house.open(url, { connections: 1, hashing: "none" });
  await letsIn(name, door, async () => {
    const rows = await count();
    if (rows !== `{"users":"1","sessions":"2"}`) throw new Error(`${name}: other rows than of a user and two sessions: ${rows}`);
    await client.unsafe(`delete from ${sessions}`);
  });
  await client.end();
}
