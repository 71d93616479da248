import { randomInt } from "node:crypto";
import { Application, okAsync } from "denizen";
import type { DomainError, Result } from "denizen";
import type { PasswordHasher, Store } from "denizen/ports";
import type { Calls } from "../harness/compare.js";

/** Compares nothing but texts: what is left of a log-in is everything that is not the hash. */
export const noHashing: PasswordHasher = {
  hash: (password) => okAsync(`plain:${password.reveal()}`),
  verify: (password, stored) => okAsync({ matches: stored === `plain:${password.reveal()}`, outdated: false }),
  recognises: (stored) => stored.startsWith("plain:"),
};

export interface Person {
  readonly name: string;
  readonly emails: readonly [string];
  readonly phones: readonly [string];
  readonly password: string;
}

export const PASSWORD = "correct horse battery staple";

// Anywhere, so that a database of the host's own that was measured before has none of them.
let last = randomInt(1_000_000) * 1000;
let renamed = 0;

export function newPerson(): Person {
  const number = ++last;
  return {
    name: `Jane Doe ${number}`,
    emails: [`jane.doe.${number}@example.com`],
    phones: [`+34${String(number).padStart(12, "6")}`],
    password: PASSWORD,
  };
}

/** What is measured, of denizen and of its floor. */
export interface Subject {
  create(person: Person): Promise<string>;
  read(email: string): Promise<string>;
  /** Loads and saves. */
  rename(id: string, name: string): Promise<void>;
  verify(email: string, password: string): Promise<void>;
}

export function unwrap<Value>(result: Result<Value, DomainError>): Value {
  if (result.isErr()) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** denizen as a host would use it, but for the hasher. */
export function denizen<Tx>(store: Store<Tx>): Subject {
  const application = new Application({ store, passwordHasher: noHashing });
  return {
    create: async (person) => {
      await using users = application.users();
      const user = unwrap(await users.create(person));
      unwrap(await users.save(user));
      return user.id;
    },
    read: async (email) => {
      await using users = application.users();
      return unwrap(await users.read({ email })).id;
    },
    rename: async (id, name) => {
      await using users = application.users();
      const user = unwrap(await users.read({ id }));
      unwrap(user.rename(name));
      unwrap(await users.save(user));
    },
    verify: async (email, password) => {
      await using users = application.users();
      unwrap(await users.verify({ email }, { password }));
    },
  };
}

export interface Known {
  readonly id: string;
  readonly person: Person;
}

/** The operations as calls without arguments, each time for the next of the people. */
export function callsOf(subject: Subject, people: readonly Known[]): Calls {
  let index = 0;
  const next = (): Known => {
    const known = people[index++ % people.length];
    if (known === undefined) throw new Error("nobody is known");
    return known;
  };
  return {
    create: () => subject.create(newPerson()),
    read: () => subject.read(next().person.emails[0]),
    "load + save": () => {
      const { id, person } = next();
      return subject.rename(id, `${person.name} ${++renamed}`);
    },
    verify: () => {
      const { emails, password } = next().person;
      return subject.verify(emails[0], password);
    },
  };
}
