import { Application } from "denizen";
import type { AccountsConfig, ChallengesConfig, UserActor } from "denizen";
import type { Keys, Lockout, Messages, MessageKind, Store } from "denizen/ports";
import { fastHasher, fixedClock, mailbox } from "denizen/testing";
import type { FixedClock, Letter } from "denizen/testing";
import type { TestedTransaction } from "./drivers.js";
import { steppedPin } from "./pin.js";
import { actorOf, enrolPin, logIn, MINUTE, newName, PASSWORD } from "./secured.js";

/** The same in every process of a deployment, until they are rotated. */
export const OLD_KEY = new Uint8Array(32).fill(7);
export const NEW_KEY = new Uint8Array(32).fill(8);
export const KEYS: Keys = { current: "k1", keys: { k1: OLD_KEY } };

export interface ProvingOptions {
  readonly accounts?: AccountsConfig;
  readonly challenges?: ChallengesConfig;
  readonly attempts?: Partial<Lockout>;
  readonly clock?: FixedClock;
  readonly keys?: Keys;
  /** Whether a PIN that is enrolled counts as proved by that. */
  readonly confirmed?: boolean;
  readonly messages?: Messages;
  readonly onError?: (error: unknown) => void;
}

/** An application whose accounts wait for the proof of their e-mail, with PINs as second factors and a mailbox of the test's own. */
export function proving(
  store: Store<TestedTransaction>,
  { accounts, challenges, attempts, clock = fixedClock(), keys = KEYS, confirmed = true, messages, onError }: ProvingOptions = {},
) {
  const [post, hasher, pin] = [mailbox(), fastHasher(), { ...steppedPin({ confirmed }), factor: "possession" as const }];
  const application = new Application({
    store,
    // Not to be advanced by `settled`: what waits for its next try waits.
    clock: { now: () => clock.now() },
    passwordHasher: hasher,
    methods: { pin },
    attempts: { limit: 5, first: MINUTE, ...attempts },
    accounts: { activation: "verified", secondFactors: ["pin"], ...accounts },
    messages: messages ?? post,
    keys,
    onError: onError ?? (() => undefined),
    ...(challenges === undefined ? {} : { challenges }),
  });
  return { application, clock, hasher, pin, post, store };
}

export type Proving = ReturnType<typeof proving>;

export interface Person {
  readonly id: string;
  readonly email: string;
}

export const newEmail = (stem = "user"): string => `${newName(stem)}@example.com`;

/** Has everything that is on its way delivered. */
export const delivered = async ({ application }: Pick<Proving, "application">): Promise<void> => {
  (await application.durable.settled())._unsafeUnwrap();
};

/** The last letter of a kind that has arrived somewhere. */
export async function letterTo(here: Proving, to: string, kind: MessageKind): Promise<Letter> {
  await delivered(here);
  const letter = here.post.last({ to, kind });
  if (letter === undefined) throw new Error(`no ${kind} has arrived at ${to}`);
  return letter;
}

/** The secrets of such a letter, which has both. */
export async function sentTo(here: Proving, to: string, kind: MessageKind): Promise<{ readonly code: string; readonly link: string }> {
  const { code = "", link = "" } = await letterTo(here, to, kind);
  return { code, link };
}

/** Who has signed up with an e-mail that nobody has proved yet. */
export async function newcomer(
  { application }: Proving,
  {
    email = newEmail(),
    password,
    more = [],
  }: { readonly email?: string; readonly password?: string; readonly more?: readonly string[] } = {},
): Promise<Person> {
  const signedUp = await application.commands.signUp({
    name: "Somebody",
    emails: [email, ...more],
    ...(password === undefined ? {} : { password }),
  });
  const answer = signedUp._unsafeUnwrap();
  if (answer.status === "check-inbox") throw new Error("nobody says who has signed up");
  return { id: answer.userId, email };
}

/** Who has signed up with a password, and proved his e-mail. */
export async function settler(here: Proving, options: { readonly more?: readonly string[] } = {}): Promise<Person> {
  const person = await newcomer(here, { ...options, password: PASSWORD });
  const { link } = await sentTo(here, person.email, "verify-email");
  (await here.application.commands.verifyEmail({ link, password: PASSWORD }))._unsafeUnwrap();
  return person;
}

/** The same, in a session. */
export async function inhabitant(
  here: Proving,
  options: { readonly more?: readonly string[] } = {},
): Promise<Person & { readonly tokens: Awaited<ReturnType<typeof logIn>>; readonly actor: UserActor }> {
  const person = await settler(here, options);
  const tokens = await logIn(here.application, person.email);
  return { ...person, tokens, actor: await actorOf(here.application, tokens) };
}

/** The same, with a PIN as his second factor. */
export async function guarded(here: Proving): Promise<Person> {
  const person = await settler(here);
  await enrolPin(here.application, person.id);
  return person;
}

const REQUESTS = {
  "log-in": ({ application }: Proving, email: string) => application.commands.requestLogIn({ email }),
  "reset-password": ({ application }: Proving, email: string) => application.commands.requestPasswordReset({ email }),
  "verify-email": ({ application }: Proving, email: string) => application.commands.requestEmailVerification({ email }),
} as const;

export type Requested = keyof typeof REQUESTS;
export const requests: readonly Requested[] = ["log-in", "reset-password", "verify-email"];

/** Asks for something that is sent, after the cool-down of whatever was asked for before. */
export async function asked(here: Proving, purpose: Requested, email: string): Promise<{ readonly code: string; readonly link: string }> {
  here.clock.advance(MINUTE);
  (await request(here, purpose, email))._unsafeUnwrap();
  return sentTo(here, email, purpose);
}

export const request = (here: Proving, purpose: Requested, email: string) => REQUESTS[purpose](here, email);

/** A user as he is stored. */
export async function userOf({ application }: Proving, id: string) {
  await using users = application.users();
  return (await users.read({ id }))._unsafeUnwrap();
}

/** Eight digits that are not these. */
export const wrongOf = (code: string): string => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
