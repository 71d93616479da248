import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import type { AccountsSubject } from "../subjects/accounts-subject.js";
import type { Door, Hashing, House } from "./house.js";
import { betterAuthTables } from "./tables.js";
import type { Calls } from "../harness/compare.js";
import { peer } from "../harness/peer.js";

interface Answer {
  readonly headers: Headers;
}

interface Found {
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
}

/** As much of better-auth as is used here: it is installed when the bench first needs it, later than this is compiled. */
interface Auth {
  readonly api: {
    signUpEmail(input: {
      readonly body: { readonly name: string; readonly email: string; readonly password: string };
      readonly returnHeaders: true;
    }): Promise<Answer>;
    signInEmail(input: {
      readonly body: { readonly email: string; readonly password: string };
      readonly returnHeaders: true;
    }): Promise<Answer>;
    getSession(input: { readonly headers: Headers }): Promise<Found | null>;
  };
}

interface Module {
  readonly betterAuth: (options: object) => Auth;
}

interface Migrations {
  readonly getMigrations: (options: object) => Promise<{ runMigrations(): Promise<void> }>;
}

const PASSWORDS = {
  none: {
    hash: async (password: string) => `plain:${password}`,
    verify: async ({ hash: stored, password }: { readonly hash: string; readonly password: string }) => stored === `plain:${password}`,
  },
  argon2id: {
    hash: (password: string) => hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }),
    verify: ({ hash: stored, password }: { readonly hash: string; readonly password: string }) => verify(stored, password),
  },
} as const;

const SECRET = randomBytes(32).toString("base64");

/**
 * As its documentation has it for production: an explicit base URL, a secret of 32 random bytes, sessions in the database. Requests are
 * not limited, which is in its favour: denizen's guesses are counted. Calls go to `auth.api`, as those of a server's own code do.
 */
const optionsOf = (database: unknown, hashing: Hashing, joins: boolean): object => ({
  database,
  baseURL: "https://accounts.example",
  secret: SECRET,
  emailAndPassword: { enabled: true, password: PASSWORDS[hashing] },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
  ...(joins && { advanced: { database: { joins: true } } }),
});

async function authOn(database: unknown, hashing: Hashing, joins = false): Promise<Auth> {
  // What it does and warns of during development is none of its cost.
  process.env["NODE_ENV"] ??= "production";
  const { betterAuth } = await peer<Module>("better-auth");
  return betterAuth(optionsOf(database, hashing, joins));
}

/** Its cookies are what shows that somebody is logged in. It has no refresh tokens: the sessions it checks are prolonged instead. */
function subjectOf({ api }: Auth): AccountsSubject {
  const held = ({ headers }: Answer) => {
    const accessToken = headers
      .getSetCookie()
      .map((cookie) => cookie.slice(0, cookie.indexOf(";")))
      .join("; ");
    if (accessToken === "") throw new Error("nobody has signed in");
    return { accessToken, refreshToken: "" };
  };
  return {
    signUp: async ({ name, emails: [email], password }) =>
      held(await api.signUpEmail({ body: { name, email, password }, returnHeaders: true })),
    logIn: async (email, password) => held(await api.signInEmail({ body: { email, password }, returnHeaders: true })),
    check: async (cookie) => (await foundBy(api, cookie)).user.id,
    refresh: () => Promise.reject(new Error("better-auth has no refresh tokens")),
  };
}

async function foundBy(api: Auth["api"], cookie: string): Promise<Found> {
  const found = await api.getSession({ headers: new Headers({ cookie }) });
  if (found === null) throw new Error("no session");
  return found;
}

const doorOf = (auth: Auth, close: () => Promise<void>): Door => ({
  subject: subjectOf(auth),
  identify: async (cookie) => {
    const { name, email } = (await foundBy(auth.api, cookie)).user;
    return [name, email];
  },
  refreshes: false,
  [Symbol.asyncDispose]: close,
});

const TABLES = { users: `"user"`, sessions: "session" };

async function prepare(url: string): Promise<void> {
  const { getMigrations } = await peer<Migrations>("better-auth/db/migration");
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const { runMigrations } = await getMigrations(optionsOf(pool, "none", false));
  await runMigrations();
  await pool.end();
}

/** On its own Kysely adapter. `joins` are off by default; its documentation recommends them for session checks. */
export const betterAuthPg = ({ joins = false }: { readonly joins?: boolean } = {}): House => ({
  prepare,
  open: async (url, { connections, hashing }) => {
    const pool = new pg.Pool({ connectionString: url, max: connections });
    return doorOf(await authOn(pool, hashing, joins), () => pool.end());
  },
  tables: TABLES,
});

/** On its drizzle adapter. On node-postgres, since on postgres.js each of its unnamed statements takes two round trips. */
export const betterAuthDrizzle: House = {
  prepare,
  open: async (url, { connections, hashing }) => {
    const { drizzleAdapter } = await peer<{ drizzleAdapter(db: object, options: object): unknown }>("better-auth/adapters/drizzle");
    const pool = new pg.Pool({ connectionString: url, max: connections });
    const database = drizzleAdapter(drizzle(pool), { provider: "pg", schema: betterAuthTables });
    return doorOf(await authOn(database, hashing), () => pool.end());
  },
  tables: TABLES,
};

/** In memory its tables are arrays, which it searches from end to end and copies twice for each transaction. */
export async function betterAuthMemory(): Promise<{
  readonly door: Door;
  endSession(): Promise<unknown>;
  /** Calls after which everything is as it was before them: what is measured is not how long the arrays are. */
  forgetting(calls: Calls): Calls;
}> {
  const arrays: Record<string, unknown[]> = { user: [], session: [], account: [], verification: [] };
  const { memoryAdapter } = await peer<{ memoryAdapter(arrays: object): unknown }>("better-auth/adapters/memory");
  return {
    door: doorOf(await authOn(memoryAdapter(arrays), "none"), () => Promise.resolve()),
    endSession: async () => (arrays["session"] = []),
    forgetting: (calls) => {
      const lengths = Object.entries(arrays).map(([name, rows]) => [name, rows.length] as const);
      const forget = (): void => lengths.forEach(([name, length]) => arrays[name]?.splice(length));
      return Object.fromEntries(Object.entries(calls).map(([operation, call]) => [operation, () => call().finally(forget)]));
    },
  };
}
