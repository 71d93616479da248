import type { Store } from "denizen/ports";
import { denizenAccounts, newcomer } from "../subjects/accounts-subject.js";
import type { Calls } from "../harness/compare.js";
import type { Member } from "./filled.js";
import { denizen, newPerson, PASSWORD } from "../subjects/subject.js";

let renamed = 0;

/** The operations as calls, each time for the next of the members; each throws when it was somebody else. */
export function callsFor<Tx>(store: Store<Tx>, members: readonly Member[]): Calls {
  const [accounts, users] = [denizenAccounts(store), denizen(store)];
  let turn = 0;
  const next = (): Member => {
    const member = members[turn++ % members.length];
    if (member === undefined) throw new Error("there is nobody");
    return member;
  };
  return {
    "sign-up": () => accounts.signUp(newcomer()),
    "log-in": () => accounts.logIn(next().email, PASSWORD),
    "session check": async () => {
      const { id, accessToken } = next();
      same(id, await accounts.check(accessToken));
    },
    create: () => users.create(newPerson()),
    "read by e-mail": async () => {
      const { id, email } = next();
      same(id, await users.read(email));
    },
    "load + save": () => users.rename(next().id, `Renamed ${++renamed}`),
  };
}

function same(expected: string, actual: string): void {
  if (actual !== expected) throw new Error(`${actual} instead of ${expected}`);
}
