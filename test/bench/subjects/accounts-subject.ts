import { Application } from "denizen";
import type { AccessTokens, PasswordHasher, Store } from "denizen/ports";
import type { Calls } from "../harness/compare.js";
import { newPerson, noHashing, unwrap } from "./subject.js";
import type { Person } from "./subject.js";

export type Newcomer = Pick<Person, "name" | "emails" | "password">;

/** What somebody who is logged in has in his hands. */
export interface Held {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** What is measured of the accounts, of denizen and of its floor. */
export interface AccountsSubject {
  signUp(newcomer: Newcomer): Promise<Held>;
  logIn(email: string, password: string): Promise<Held>;
  /** The session check: a user's id for an access token. */
  check(accessToken: string): Promise<string>;
  refresh(refreshToken: string): Promise<Held>;
}

/** One e-mail and a password: what a form asks for. */
export function newcomer(): Newcomer {
  const { name, emails, password } = newPerson();
  return { name, emails, password };
}

export interface Settings {
  readonly accessTokens?: AccessTokens;
  readonly passwordHasher?: PasswordHasher;
}

/** denizen as a host would use it, but for the hasher. */
export function denizenAccounts<Tx>(store: Store<Tx>, settings: Settings = {}): AccountsSubject {
  const application = new Application({ store, passwordHasher: noHashing, ...settings });
  const { commands } = application;
  return {
    signUp: async (input) => heldIn(unwrap(await commands.signUp(input))),
    logIn: async (email, password) => heldIn(unwrap(await commands.logIn({ email, password }))),
    check: async (accessToken) => unwrap(await application.authenticate(accessToken)).id,
    refresh: async (refreshToken) => heldIn(unwrap(await commands.refresh({ refreshToken }))),
  };
}

/** The tokens of whoever has signed in; everybody must. */
export function heldIn(answer: object): Held {
  if ("accessToken" in answer && "refreshToken" in answer) {
    return { accessToken: String(answer.accessToken), refreshToken: String(answer.refreshToken) };
  }
  throw new Error("nobody has signed in");
}

interface Member extends Held {
  readonly email: string;
  readonly password: string;
}

export async function signUpMany(subject: AccountsSubject, count: number): Promise<readonly Member[]> {
  const members = Array.from({ length: count }, async () => {
    const { emails, password, name } = newcomer();
    return { email: emails[0], password, ...(await subject.signUp({ name, emails, password })) };
  });
  return Promise.all(members);
}

/** The operations as calls, each time for the next of the members, who belong to these calls alone: refreshing changes them. */
export function accountCallsOf(subject: AccountsSubject, members: readonly Member[]): Calls {
  const current = [...members];
  let turn = 0;
  const next = (): readonly [number, Member] => {
    const index = turn++ % current.length;
    const member = current[index];
    if (member === undefined) throw new Error("nobody has signed up");
    return [index, member];
  };
  return {
    "sign-up": () => subject.signUp(newcomer()),
    "log-in": () => {
      const [, { email, password }] = next();
      return subject.logIn(email, password);
    },
    "session check": () => subject.check(next()[1].accessToken),
    refresh: async () => {
      const [index, member] = next();
      current[index] = { ...member, ...(await subject.refresh(member.refreshToken)) };
    },
  };
}
