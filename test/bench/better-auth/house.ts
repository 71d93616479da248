import type { AccountsSubject } from "../subjects/accounts-subject.js";
import { eachOf } from "../harness/sides.js";
import type { Named } from "../harness/sides.js";

/** The same hash for everybody: none, so that all the rest shows, or argon2id as denizen/argon2 has it by default. */
export type Hashing = "none" | "argon2id";

/** What stands open for users. */
export interface Door extends AsyncDisposable {
  readonly subject: AccountsSubject;
  /** The session check, and who it is. */
  readonly identify?: (accessToken: string) => Promise<readonly [name: string, email: string]>;
  /** Whether it has refresh tokens. */
  readonly refreshes: boolean;
}

export interface Opening {
  readonly connections: number;
  readonly hashing: Hashing;
}

/** Where users sign up and log in: denizen, its floor, or better-auth. */
export interface House {
  /** Makes its tables in an empty database. */
  prepare(url: string): Promise<void>;
  open(url: string, opening: Opening): Promise<Door>;
  /** Where it keeps users and sessions. */
  readonly tables: { readonly users: string; readonly sessions: string };
}

/** Opens every house on its database, and closes them again. */
export async function whileOpen(
  houses: Named<House>,
  urls: Named<string>,
  opening: Opening,
  work: (doors: Named<Door>) => Promise<unknown>,
): Promise<void> {
  const doors = await eachOf(houses, (house, name) => house.open(urls[name] ?? "", opening));
  try {
    await work(doors);
  } finally {
    for (const door of Object.values(doors)) await door[Symbol.asyncDispose]();
  }
}
