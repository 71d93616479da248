import { Application, systemActor } from "denizen";
import type { AccountsConfig, Actor, UserActor } from "denizen";
import type { AccessTokens, Lockout, Store } from "denizen/ports";
import { fastHasher, fixedClock } from "denizen/testing";
import type { FixedClock } from "denizen/testing";
import type { TestedTransaction } from "./drivers.js";
import { steppedPin } from "./pin.js";

export const PASSWORD = "correct horse battery staple";
export const NEXT = "a second battery of correct horses";
export const WRONG = "wrong horse battery staple";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The same in every application, as in the processes of one deployment. */
const KEYS = { current: "k1", keys: { k1: new Uint8Array(32).fill(7) } };

export interface SecuredOptions {
  readonly accounts?: AccountsConfig;
  readonly accessTokens?: AccessTokens;
  readonly attempts?: Partial<Lockout>;
  readonly clock?: FixedClock;
  readonly subscriberTimeout?: number;
}

/** An application with passwords, PINs as second factors, five free guesses, and a clock of the test's own. */
export function secured(
  store: Store<TestedTransaction>,
  { accounts, accessTokens, attempts, clock = fixedClock(), subscriberTimeout = 10_000 }: SecuredOptions = {},
) {
  const [hasher, pin] = [fastHasher(), { ...steppedPin(), factor: "possession" as const }];
  const application = new Application({
    store,
    clock,
    passwordHasher: hasher,
    methods: { pin },
    attempts: { limit: 5, first: MINUTE, ...attempts },
    accounts: { secondFactors: ["pin"], ...accounts },
    ...(accessTokens === undefined ? {} : { accessTokens }),
    keys: KEYS,
    subscriberTimeout,
    onError: () => undefined,
  });
  return { application, clock, hasher, pin, store };
}

export type Secured = ReturnType<typeof secured>;
export type SecuredApplication = Secured["application"];

export const SYSTEM: Actor = systemActor("tests")._unsafeUnwrap();

let last = 0;
/** A name that no other test of the file has. */
export const newName = (stem = "user"): string => `${stem}${++last}`;

export interface LoggedInUser {
  readonly id: string;
  readonly email: string;
  readonly tokens: Awaited<ReturnType<typeof logIn>>;
  readonly actor: UserActor;
}

/** A new user with a password, and his first session. */
export async function signUp(application: SecuredApplication, stem = "user"): Promise<LoggedInUser> {
  const email = `${newName(stem)}@example.com`;
  const answer = (await application.commands.signUp({ name: "Somebody", emails: [email], password: PASSWORD }))._unsafeUnwrap();
  if (answer.status !== "signed-in") throw new Error(`signed up, and ${answer.status}`);
  return { id: answer.userId, email, tokens: answer, actor: await actorOf(application, answer) };
}

export async function logIn(application: SecuredApplication, email: string, password = PASSWORD, trustedDevice?: string) {
  const device = trustedDevice === undefined ? {} : { trustedDevice };
  const answer = (await application.commands.logIn({ email, password, ...device }))._unsafeUnwrap();
  if (answer.status !== "signed-in") throw new Error(`logged in, and ${answer.status}`);
  return answer;
}

export const actorOf = async (application: SecuredApplication, { accessToken }: { readonly accessToken: string }): Promise<UserActor> =>
  (await application.authenticate(accessToken))._unsafeUnwrap();

export async function grant(application: SecuredApplication, id: string, role: "admin" | "super-admin"): Promise<void> {
  if (role === "super-admin") (await application.bootstrap.grant({ id, role }))._unsafeUnwrap();
  else (await application.as(SYSTEM).commands.grantRole({ id, role }))._unsafeUnwrap();
}

/** A new user who holds a role. */
export async function signUpAs(application: SecuredApplication, role: "admin" | "super-admin"): Promise<LoggedInUser> {
  const user = await signUp(application, role);
  await grant(application, user.id, role);
  return user;
}

/** Gives a user a PIN, which is his second factor from then on. */
export async function enrolPin(application: SecuredApplication, id: string, pin = "1843"): Promise<void> {
  await using users = application.users();
  const user = (await users.read({ id }))._unsafeUnwrap();
  (await user.enrol("pin", pin))._unsafeUnwrap();
  (await users.save(user))._unsafeUnwrap();
}

/** Ids of the sessions of a user that live. */
export async function liveSessions({ store, clock }: Pick<Secured, "store" | "clock">, id: string): Promise<readonly string[]> {
  const listed = await store.sessions.list("default", id, new Date(clock.now()).toISOString());
  return listed._unsafeUnwrap().map((session) => session.id);
}
