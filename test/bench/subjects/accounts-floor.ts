import { createHmac, hash, randomBytes } from "node:crypto";
import type { Sql } from "postgres";
import { uuidv7 } from "uuidv7";
import type { AccountsSubject, Held, Newcomer } from "./accounts-subject.js";
import { CHECK, COUNT, REFRESH, SIGN_UP, START } from "./accounts-floor-sql.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const GRACE = 10_000;

const KEY = randomBytes(32);
const sealed = (text: string): string => createHmac("sha256", KEY).update(text).digest("hex");
const sha256 = (text: string): string => hash("sha256", text);
const secret = (bytes: number): string => randomBytes(bytes).toString("hex");
const iso = (time: number): string => new Date(time).toISOString();

type Run = (text: string, params: readonly string[]) => Promise<readonly Record<string, unknown>[]>;

/**
 * The floor of the accounts: the statements of denizen's, row for row and with the same guarantees (counted guesses, rotation that
 * two at once cannot both win, every trace), written out by hand for users with one e-mail and a password. `sameRows` sees to that.
 */
export function accountsFloor(sql: Sql): AccountsSubject {
  const run: Run = (text, params) => sql.unsafe<Record<string, unknown>[]>(text, [...params], { prepare: true });
  return {
    signUp: async (newcomer) => start(run, await signUp(run, newcomer)),
    logIn: async (email, password) => {
      const now = Date.now();
      const [guess] = await run(COUNT, [email.toLowerCase(), `stranger:${sealed(email.toLowerCase())}`, iso(now)]);
      const refused = guess === undefined || guess["refused_until"] !== null || guess["secret"] !== `plain:${password}`;
      if (refused || guess["status"] !== "active") throw new Error("wrong");
      return start(run, String(guess["id"]), { counter: String(guess["counter"]), securityVersion: String(guess["security_version"]) });
    },
    check: async (accessToken) => {
      const now = Date.now();
      const { family, own } = partsOf("da_", accessToken);
      const [row] = await run(CHECK, [sha256(family), sha256(own), iso(now), iso(now - GRACE)]);
      if (row === undefined) throw new Error("no session");
      return String(row["account_id"]);
    },
    refresh: (refreshToken) => refresh(run, refreshToken),
  };
}

async function signUp(run: Run, { name, emails: [email], password }: Newcomer): Promise<string> {
  const [id, commit, credential] = [uuidv7(), uuidv7(), uuidv7()];
  await run(SIGN_UP, [
    id,
    commit,
    iso(Date.now()),
    email,
    name.toLowerCase(),
    name,
    credential,
    `plain:${password}`,
    uuidv7(),
    uuidv7(),
    uuidv7(),
    uuidv7(),
  ]);
  return id;
}

interface Proved {
  readonly counter: string;
  readonly securityVersion: string;
}

async function start(run: Run, userId: string, proved: Proved = { counter: "", securityVersion: "1" }): Promise<Held> {
  const now = Date.now();
  const [family, refresh, access] = [secret(16), secret(32), secret(32)];
  await run(START, [
    uuidv7(),
    userId,
    proved.securityVersion,
    proved.counter,
    sha256(family),
    sha256(refresh),
    sha256(access),
    iso(now),
    iso(now + 15 * MINUTE),
    iso(now + 7 * DAY),
    iso(now + 30 * DAY),
    uuidv7(),
    uuidv7(),
    uuidv7(),
    uuidv7(),
    uuidv7(),
    uuidv7(),
  ]);
  const device = `${userId}.${secret(16)}`;
  const signedIn = { ...tokensOf(family, refresh, access), trustedDevice: `${device}.${sealed(device)}` };
  return signedIn;
}

async function refresh(run: Run, refreshToken: string): Promise<Held> {
  const now = Date.now();
  const { family, own } = partsOf("dr_", refreshToken);
  const nonce = secret(32);
  const next = (use: string): string => createHmac("sha256", nonce).update(`${use}:${own}`).digest("hex");
  const [refreshed, access] = [next("refresh"), next("access")];
  const [row] = await run(REFRESH, [
    sha256(family),
    sha256(own),
    iso(now),
    sha256(refreshed),
    sha256(access),
    iso(now + 15 * MINUTE),
    iso(now + 7 * DAY),
    nonce,
    uuidv7(),
    uuidv7(),
  ]);
  // Whether it was replayed, came within the grace or has ended: a second statement, for whom it happens to.
  if (row === undefined) throw new Error("not the current token");
  return tokensOf(family, refreshed, access);
}

const tokensOf = (family: string, refresh: string, access: string): Held => ({
  accessToken: `da_${family}.${access}`,
  refreshToken: `dr_${family}.${refresh}`,
});

function partsOf(prefix: string, token: string): { readonly family: string; readonly own: string } {
  if (!token.startsWith(prefix) || token.length !== 100) throw new Error("no token");
  return { family: token.slice(3, 35), own: token.slice(36) };
}
