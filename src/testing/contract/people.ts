import { Email, PersonName, PhoneNumber, Username } from "denizen";
import type { AccountState, UserState } from "denizen";
import type { Identifier } from "denizen/ports";
import { check, okOf } from "../assertions.js";
import { AT, shared, unique } from "./world.js";
import type { Part, World } from "./world.js";

/** An account as its events would have made it. */
export const accountState = (parts: Partial<AccountState> = {}): AccountState => ({
  status: "active",
  grants: [],
  securityVersion: 1,
  sparedSession: null,
  sparedSince: 1,
  openedAt: AT,
  closedAt: null,
  ...parts,
});

export const accountPart = (world: World, id: string, parts: Partial<AccountState> = {}): Part =>
  world.created(id, { kind: "account", state: accountState(parts) });

/** Opens an account. */
export async function opened(world: World, parts: Partial<AccountState> = {}, id = world.id()): Promise<string> {
  await world.given(accountPart(world, id, parts));
  return id;
}

/** The part of a change set that changes what is stored of an account. */
export async function changing(world: World, id: string, parts: Partial<AccountState>): Promise<Part> {
  const stored = await world.get(id, "account");
  check(stored !== undefined, "there is an account to be changed");
  // `accountPart` wrote it.
  const state = { ...(stored.state as AccountState), ...parts };
  return world.updated(id, stored.version, { kind: "account", before: stored.state, state });
}

export async function changed(world: World, id: string, parts: Partial<AccountState>): Promise<void> {
  await world.given(await changing(world, id, parts));
}

/** A user as a test says it: plain texts, of which the first address is the primary one. */
export interface Person {
  readonly name?: string | { readonly display: string; readonly given?: string; readonly family?: string };
  readonly username?: string;
  readonly emails?: readonly string[];
  readonly phones?: readonly string[];
  /** Those of the addresses that were proved. */
  readonly verified?: readonly string[];
  readonly attributes?: UserState["attributes"];
  readonly createdAt?: string;
  readonly removedAt?: string;
}

const addresses = <Value extends string>(values: readonly Value[], verified: readonly string[] = []) =>
  values.map((value, index) => ({ value, primary: index === 0, verifiedAt: verified.includes(value) ? AT : null }));

/** What is stored of a person, and found by: as the user's events and definition would have made both. */
export const userPart = (world: World, id: string, person: Person = {}): Part => {
  const emails = (person.emails ?? []).map((email) => okOf(Email.parse(email)));
  const phones = (person.phones ?? []).map((phone) => okOf(PhoneNumber.parse(phone)));
  const name = person.name === undefined ? null : okOf(PersonName.parse(person.name));
  const username = person.username === undefined ? null : okOf(Username.parse(person.username));
  const state = {
    name,
    // Its own look-alike: none of the contract's names resembles another.
    username: username === null ? null : { value: username, skeleton: username },
    emails: addresses(emails, person.verified),
    phones: addresses(phones, person.verified),
    credentials: [],
    attributes: person.attributes ?? {},
    passwordResetRequired: false,
    createdAt: person.createdAt ?? AT,
    removedAt: person.removedAt ?? null,
  } satisfies UserState;
  const claimed: readonly Identifier[] = [
    ...emails.map((email) => unique("email", Email.key(email))),
    ...(username === null ? [] : [unique("username", username), unique("username-skeleton", username)]),
    ...phones.map((phone) => unique("phone", phone)),
    ...(name === null ? [] : [shared("name", PersonName.key(name))]),
  ];
  return world.created(id, { kind: "user", state, claimed });
};

/** Somebody who has signed up: a user, and the account of the same id. */
export async function signedUp(world: World, person: Person = {}, parts: Partial<AccountState> = {}, id = world.id()): Promise<string> {
  await world.given(userPart(world, id, person), accountPart(world, id, parts));
  return id;
}
