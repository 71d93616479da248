import { Application } from "denizen";
import { argon2 } from "denizen/argon2";
import { drizzle, migrate } from "denizen/drizzle";
import { memory } from "denizen/memory";
import type { Store } from "denizen/ports";
import { accountsFloor } from "../subjects/accounts-floor.js";
import { denizenAccounts } from "../subjects/accounts-subject.js";
import type { Held } from "../subjects/accounts-subject.js";
import type { Door, Hashing, House } from "./house.js";
import { connect, raw } from "../harness/database.js";
import { noHashing, unwrap } from "../subjects/subject.js";

const HASHERS = { none: noHashing, argon2id: argon2() } as const;

/** Opaque access tokens, each a look into the store, as a session of better-auth's is. Guesses are counted, as always. */
function doorOf<Tx>(store: Store<Tx>, hashing: Hashing, close: () => Promise<void>): Door {
  const settings = { passwordHasher: HASHERS[hashing] };
  const application = new Application({ store, ...settings });
  return {
    subject: denizenAccounts(store, settings),
    identify: async (accessToken) => {
      const { id } = unwrap(await application.authenticate(accessToken));
      await using users = application.users();
      const { name, primaryEmail } = unwrap(await users.read({ id }));
      return [String(name?.display), String(primaryEmail)];
    },
    refreshes: true,
    [Symbol.asyncDispose]: close,
  };
}

const TABLES = { users: "denizen_users", sessions: "denizen_sessions" };

async function prepare(url: string): Promise<void> {
  await using connected = connect("postgres.js", url, 1);
  unwrap(await migrate(connected.database));
}

/** Without `wakeUps` workers are not told of commits, some milliseconds later: that would be counted in what comes then. */
export const denizen = ({ wakeUps = true }: { readonly wakeUps?: boolean } = {}): House => ({
  prepare,
  open: async (url, { connections, hashing }) => {
    const connected = connect("postgres.js", url, connections);
    return doorOf(drizzle(connected.database, { wakeUps }), hashing, () => connected[Symbol.asyncDispose]());
  },
  tables: TABLES,
});

/** Its passwords are texts: it stays away where they are hashed. */
export const byHand: House = {
  prepare,
  open: async (url, { connections }) => {
    const client = raw(url, connections);
    return { subject: accountsFloor(client), refreshes: true, [Symbol.asyncDispose]: () => client.end() };
  },
  tables: TABLES,
};

export function denizenMemory(): { readonly door: Door; endSession(held: Held): Promise<unknown> } {
  const store = memory();
  const { commands } = new Application({ store, passwordHasher: noHashing });
  return {
    door: doorOf(store, "none", () => Promise.resolve()),
    endSession: async ({ refreshToken }) => unwrap(await commands.logOut({ refreshToken })),
  };
}
