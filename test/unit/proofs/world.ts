import { Application, Secret, okAsync, systemActor } from "denizen";
import type { AccountsConfig, ChallengesConfig, DomainEvent } from "denizen";
import { memory } from "denizen/memory";
import type { AuthenticationMethod, Messages } from "denizen/ports";
import { fastHasher, fixedClock, mailbox } from "denizen/testing";
import type { Letter, LetterFilter } from "denizen/testing";
import { planets } from "../../support/planets.js";

export const PASSWORD = "correct horse battery staple";
export const NEXT = "another horse battery staple";
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What was enrolled proves its owner: a fob after its first proof, a badge at once. */
const thing = (confirmed: boolean): AuthenticationMethod<string, never> => ({
  factor: "possession",
  enrol: (input) => okAsync({ secret: new Secret(input), label: "of mine", ...(confirmed ? { confirmed } : {}) }),
  verify: (input, material) => okAsync({ accepted: material?.reveal() === input }),
});

const methods = { fob: thing(false), badge: thing(true) };

interface Wiring {
  readonly accounts?: AccountsConfig;
  readonly challenges?: ChallengesConfig;
  /** Where there is no hasher there are no passwords. */
  readonly hasher?: boolean;
  /** What stands before the mailbox. */
  readonly through?: (post: Messages) => Messages;
}

/** An application on memory whose messages arrive in a mailbox, when they are delivered. */
export function world({ accounts = {}, challenges = {}, hasher = true, through = (post) => post }: Wiring = {}) {
  const [clock, store, post] = [fixedClock(), memory({ lockTimeout: 500 }), mailbox()];
  const failures: { readonly error: unknown; readonly event: DomainEvent }[] = [];
  const application = new Application({
    store,
    clock,
    methods,
    accounts,
    challenges,
    messages: through(post),
    aggregates: { planets },
    onError: (error, event) => failures.push({ error, event }),
    ...(hasher ? { passwordHasher: fastHasher() } : {}),
  });
  return { application, clock, store, post, failures, admin: application.as(systemActor("admin")._unsafeUnwrap()) };
}

export type World = ReturnType<typeof world>;

interface Birth {
  readonly name?: string;
  readonly username?: string;
  readonly emails?: readonly string[];
  readonly phones?: readonly string[];
  /** Those of his addresses that were proved. */
  readonly proved?: readonly string[];
  readonly password?: string | null;
  readonly status?: "pending" | "active" | "deactivated" | "suspended";
  readonly role?: "user" | "admin" | "super-admin" | null;
}

/** Brings a user and his account into being, without anybody's authorization, and nothing is sent; his id. */
export async function person({ application }: World, birth: Birth = {}): Promise<string> {
  const { name = "Ada", proved = [], password = PASSWORD, status = "active", role = "user", ...rest } = birth;
  await using uow = application.unitOfWork();
  const user = (await uow.users.create({ name, ...rest, ...(password === null ? {} : { password }) }))._unsafeUnwrap();
  for (const address of proved) (address.includes("@") ? user.verifyEmail(address) : user.verifyPhone(address))._unsafeUnwrap();
  const account = (
    await uow.accounts.create({ status: status === "pending" ? "pending" : "active", role }, { id: user.id })
  )._unsafeUnwrap();
  if (status === "suspended") account.suspend()._unsafeUnwrap();
  if (status === "deactivated") account.deactivate()._unsafeUnwrap();
  (await uow.commit())._unsafeUnwrap();
  return user.id;
}

/** The doors of who logs in with a password. */
export async function signedIn({ application }: World, email: string, password = PASSWORD) {
  const answer = (await application.commands.logIn({ identifier: email, password }))._unsafeUnwrap();
  if (answer.status !== "signed-in") throw new Error(answer.status);
  const doors = application.as((await application.authenticate(answer.accessToken))._unsafeUnwrap());
  return { id: answer.userId, tokens: answer, doors, commands: doors.commands };
}

/** Until everything that is to be sent has been sent. */
export const deliver = async ({ application }: Pick<World, "application">) => (await application.durable.settled())._unsafeUnwrap();

/** The latest that has arrived, once all has been delivered. */
export async function letter(on: World, filter: LetterFilter = {}): Promise<Letter & { readonly code: string; readonly link: string }> {
  await deliver(on);
  const last = on.post.last(filter);
  if (last === undefined) throw new Error(`no letter of ${JSON.stringify(filter)}`);
  // What a form of message does not have reads as nothing that anybody could use.
  return { ...last, code: last.code ?? "", link: last.link ?? "" };
}

/** To whom something was sent, and what, once all has been delivered. */
export async function arrived(on: World, filter: LetterFilter = {}): Promise<readonly string[]> {
  await deliver(on);
  return on.post.all(filter).map(({ kind, to }) => `${kind} → ${to}`);
}

/** A user as he is stored, and the status of his account. */
export async function look({ application }: World, id: string) {
  await using uow = application.unitOfWork();
  const [user, account] = [(await uow.users.get(id))._unsafeUnwrap(), (await uow.accounts.get(id))._unsafeUnwrap()];
  return {
    name: user.name?.display,
    emails: user.emails.map(({ value, primary, verifiedAt }) => `${value}${primary ? "*" : ""}${verifiedAt === null ? "?" : ""}`),
    phones: user.phones.map(({ value, primary, verifiedAt }) => `${value}${primary ? "*" : ""}${verifiedAt === null ? "?" : ""}`),
    credentials: user.credentials.map(({ kind }) => kind),
    status: account.status,
    resetRequired: user.passwordResetRequired,
  };
}

/** What has happened to a user, his account and his challenges, with the commit of each. */
export async function happened({ store }: World, id: string) {
  const kinds = await Promise.all(["user", "account", "challenges"].map((kind) => store.history("default", { kind, id })));
  return kinds.flatMap((events) => events._unsafeUnwrap());
}

/** The types of all events in the commit of the one of this type. */
export async function commitOf(on: World, id: string, type: string): Promise<readonly string[]> {
  const all = await happened(on, id);
  const one = all.filter((event) => event.type === type).at(-1);
  return all.filter(({ metadata }) => metadata.commitId === one?.metadata.commitId).map((event) => event.type);
}

/** How many users there are. */
export async function census({ store }: World): Promise<number> {
  const query = { tenant: "default", filter: {}, sort: "name", direction: "ascending", limit: 1, from: { offset: 0 } } as const;
  return (await store.queries.profiles(query))._unsafeUnwrap().total ?? 0;
}
