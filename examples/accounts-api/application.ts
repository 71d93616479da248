import { Application } from "denizen";
import type { Clock } from "denizen";
import { argon2 } from "denizen/argon2";
import { postgres } from "denizen/drizzle";
import { jose } from "denizen/jose";
import { profiles } from "./profiles/profile.js";
import { ProfileRows } from "./profiles/table.js";
import type { Settings } from "./settings.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NAME = "accounts-api";

/** The two contexts: accounts, which are denizen's, and profiles, which follow what happens to accounts. */
export async function openApplication(settings: Settings, clock: Clock = { now: () => Date.now() }) {
  return new Application({
    clock,
    keys: settings.KEYS,
    passwordHasher: argon2({
      memoryCost: settings.HASHER_MEMORY_KIB,
      timeCost: settings.HASHER_PASSES,
      concurrency: settings.HASHER_MAX_THREADS,
      queueTimeout: settings.HASHER_SEMAPHORE_WAIT_TIMEOUT_S * 1000,
      pepper: { current: "1", keys: { 1: settings.PEPPER.reveal() } },
    }),
    accessTokens: jose({ issuer: NAME, audience: NAME, keys: { current: "1", keys: { 1: signingKey(settings) } } }),
    accounts: {
      setAccountPassword: true,
      lifetimes: { accessToken: settings.ACCESS_TOKEN_EXPIRY_MIN * MINUTE, idle: settings.REFRESH_TOKEN_EXPIRY_DAYS * DAY },
    },
    aggregates: { profiles },
    // All of this happens in the commit of what it follows.
    subscribers: (on) => [
      on("account-opened", ({ publisher: { id } }, unit) => unit.profiles.create({}, { id })),
      on("user-erased", ({ publisher: { id } }, unit) => unit.profiles.get(id).andThen((profile) => profile.forget())),
      on("profile-created", ({ publisher: { id: profileId } }, { tx }) => new ProfileRows({ tx }).create({ profileId })),
      on("profile-renamed", ({ publisher: { id: profileId }, payload: { username } }, { tx }) =>
        new ProfileRows({ tx }).update({ profileId }, { username }),
      ),
      on("profile-forgotten", ({ publisher: { id: profileId } }, { tx }) => new ProfileRows({ tx }).delete({ profileId })),
    ],
    store: await postgres(settings.DATABASE_URL.reveal()),
  });
}

export type AccountsApplication = Awaited<ReturnType<typeof openApplication>>;

function signingKey({ JWT_ALGORITHM: algorithm, JWT_SECRET }: Settings) {
  const secret = JWT_SECRET.reveal();
  switch (algorithm) {
    case "HS256":
    case "HS384":
    case "HS512":
      return { algorithm, secret };
    case "RS256":
    case "RS384":
    case "RS512":
      return { algorithm, privateKey: secret };
  }
}
