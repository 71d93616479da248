import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { AggregateRoot, Application, attempt, defineAggregate, event, ok } from "denizen";
import type { Actor, Result } from "denizen";
import { argon2 } from "denizen/argon2";
import { jose } from "denizen/jose";
import { memory } from "denizen/memory";
import { openDatabase } from "./support/open-database.js";
import { chapter, tell } from "./support/story.js";

// A context of the application's own, which follows what happens to accounts: every account gets a profile, in the same commit.
const profileEvents = { "profile-begun": event() } as const;
class Profile extends AggregateRoot<{ readonly begun: true }, typeof profileEvents> {
  begin() {
    return ok(this.record("profile-begun", {}));
  }
}
const profiles = defineAggregate<{ readonly begun: true }>()({
  kind: "profile",
  events: profileEvents,
  evolve: () => ({ begun: true }),
  from: (root) => new Profile(root),
  create: (profile) => profile.begin(),
});

// In memory, or with `--postgres` on a real database: the story is the same, line by line.
await using database = process.argv.includes("--postgres") ? await openDatabase() : undefined;
const key = { algorithm: "HS256", secret: randomBytes(32) } as const;

await using application = new Application({
  store: database?.store ?? memory(),
  passwordHasher: argon2(),
  aggregates: { profiles },
  accessTokens: jose({ issuer: "https://api.example.com", audience: "https://api.example.com", keys: { current: "1", keys: { 1: key } } }),
  accounts: { lifetimes: { grace: 100 } },
  subscribers: (on) => [on("account-opened", ({ publisher }, { profiles }) => profiles.create({}, { id: publisher.id }))],
});
application.bus.subscribe("refresh-token-replayed", ({ publisher }) => tell(`(alarm: session ${publisher.id} was replayed)`));

const { commands } = application;
const password = "correct horse battery staple";

chapter("Sign up and log in");
const signedUp = await commands.signUp({ name: "Ada Lovelace", username: "ada", emails: ["ada@example.com"], password, device: "laptop" });
tell(`Ada signs up: ${signedUp.isOk() ? signedUp.value.status : signedUp.error.code}`);
const ada = signedUp.isOk() && signedUp.value.status === "signed-in" ? signedUp.value.userId : "";
{
  await using uow = application.unitOfWork();
  tell(`and has a profile since the same commit: ${(await uow.profiles.get(ada)).isOk()}`);
  const wrong = await commands.logIn({ email: "ada@example.com", password: "Correct Horse" });
  const nobody = await commands.logIn({ email: "nobody@example.com", password });
  tell(`a wrong password and an unknown user: ${codeOf(wrong)}, ${codeOf(nobody)}`);
}

chapter("A stolen refresh token");
{
  const story = await attempt(async function* () {
    const session = yield* commands.logIn({ identifier: "Ada", password, device: "phone" });
    if (session.status !== "signed-in") return ok("there is no second factor");
    // Rotation: a refresh token is taken once, and gives the next pair.
    const next = yield* commands.refresh({ refreshToken: session.refreshToken });
    // Somebody has copied the first one, and uses it.
    await pause(200);
    const stolen = await commands.refresh({ refreshToken: session.refreshToken });
    // From then on nobody knows who is who: the session has ended, for the thief and for Ada.
    const hers = await commands.refresh({ refreshToken: next.refreshToken });
    const actor = yield* application.authenticate(next.accessToken);
    const sessions = await application.as(actor).commands.listSessions();
    return ok(`the thief: ${codeOf(stolen)}; Ada: ${codeOf(hers)}; the access token that is still signed: ${codeOf(sessions)}`);
  });
  tell(story.isOk() ? story.value : story.error.code);
}

chapter("Administrators");
{
  // The first one is made by the host, not by a request.
  const root = await actorOf(await commands.signUp({ name: "Charles Babbage", username: "charles", password }));
  tell(`Charles is super admin: ${codeOf(await application.bootstrap.grant({ id: root.id, role: "super-admin" }))}`);
  const adas = await actorOf(await commands.logIn({ username: "ada", password, device: "laptop" }));
  const charles = application.as(root);

  tell(`Ada grants herself admin: ${codeOf(await application.as(adas).commands.grantRole({ id: ada, role: "admin" }))}`);
  tell(`Charles does: ${codeOf(await charles.commands.grantRole({ id: ada, role: "admin" }))}`);
  // The token that she has had all the time: it says who she is, and what she may do is read afresh.
  const created = await application.as(adas).commands.createAccount({ name: "Mary Somerville", username: "mary", password, role: "user" });
  tell(`now Ada may create an account: ${codeOf(created)}`);
  tell(`but suspend no super admin: ${codeOf(await application.as(adas).commands.suspendAccount({ id: root.id }))}`);
  tell(`Charles takes the role back: ${codeOf(await charles.commands.revokeRole({ id: ada, role: "admin" }))}`);
  tell(`and it is gone at once: ${codeOf(await application.as(adas).queries.accounts())}`);

  const suspended = await charles.commands.suspendAccount({ id: ada, reason: "asked too many questions" });
  tell(`Ada is suspended: ${codeOf(suspended)}; her session: ${codeOf(await application.as(adas).commands.currentAccount())}`);
  tell(`she cannot lift that: ${codeOf(await commands.activateOwn({ username: "ada", password }))}`);
  tell(`Charles can: ${codeOf(await charles.commands.activateAccount({ id: ada }))}`);
  tell(`then she leaves by herself: ${codeOf(await commands.deactivateOwn({ username: "ada", password }))}`);
  tell(`a log-in: ${codeOf(await commands.logIn({ username: "ada", password }))}`);

  const page = await charles.queries.accounts({ sort: "openedAt", limit: 2 });
  if (page.isOk()) {
    for (const { username, status, roles } of page.value.items)
      tell(`- ${username}: ${status}, ${roles.map(({ role }) => role).join(" and ")}`);
    const rest = await charles.queries.accounts({
      sort: "openedAt",
      limit: 2,
      ...(page.value.next === null ? {} : { after: page.value.next }),
    });
    tell(`and ${rest.isOk() ? rest.value.items.length : 0} more on the next page`);
  }
}

/** The actor of whoever has just signed in; the story ends where somebody could not. */
async function actorOf(signedIn: Result<{ readonly status: string }, { readonly code: string }>): Promise<Actor> {
  if (signedIn.isErr()) throw new Error(signedIn.error.code);
  const { value } = signedIn;
  if (!("accessToken" in value) || typeof value.accessToken !== "string") throw new Error(value.status);
  const actor = await application.authenticate(value.accessToken);
  if (actor.isErr()) throw new Error(actor.error.code);
  return actor.value;
}

function codeOf(result: Result<unknown, { readonly code: string }>): string {
  return result.isOk() ? "done" : result.error.code;
}
