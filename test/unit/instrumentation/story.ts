import { Application, domainError, err, ok, systemActor } from "denizen";
import type { DomainEvent, Result } from "denizen";
import { memory } from "denizen/memory";
import type { Instrumentation } from "denizen/ports";
import { fastHasher, fixedClock, seededRandom, sequentialIds } from "denizen/testing";

export const PASSWORD = "correct horse battery staple";
export const WRONG = "wrong horse battery staple";
export const EMAIL = "ada.lovelace@example.com";
export const ADA = { name: "Ada Lovelace", username: "countess", emails: [EMAIL], phones: ["+34600123456"], password: PASSWORD };

/** The same in every run: ids, times, secrets. One that shares a store begins with other ids, as if it were another process. */
export function applicationWith(instrumentation?: Instrumentation, store = memory(), firstId = 1) {
  return new Application({
    store,
    clock: fixedClock(),
    ids: sequentialIds(firstId),
    random: seededRandom(),
    keys: { current: "k1", keys: { k1: new Uint8Array(32).fill(7) } },
    passwordHasher: fastHasher(),
    ...(instrumentation === undefined ? {} : { instrumentation }),
  });
}

export type StoryApplication = ReturnType<typeof applicationWith>;

/** A bit of everything behind the doors: what succeeds, what is refused, what the host yields, what is no input at all. */
export async function story(application: StoryApplication) {
  const events: DomainEvent[] = [];
  application.bus.subscribe("*", (event) => events.push(event));
  const answers: Result<unknown, unknown>[] = [];
  const tell = (answer: Result<unknown, unknown>): void => void answers.push(answer);
  tell(await application.commands.signUp(ADA));
  tell(await application.commands.signUp({ ...ADA, username: "another" }));
  tell(await application.commands.logIn({ email: EMAIL, password: WRONG }));
  tell(await application.commands.logIn({ email: "nobody@example.com", password: WRONG }));
  const loggedIn = await application.commands.logIn({ email: EMAIL, password: PASSWORD });
  tell(loggedIn);
  const [userId, token] =
    loggedIn.isOk() && loggedIn.value.status === "signed-in" ? [loggedIn.value.userId, loggedIn.value.accessToken] : [];
  const actor = await application.authenticate(token ?? "none");
  tell(actor);
  tell(await application.authenticate("nonsense"));
  if (actor.isOk()) tell(await application.as(actor.value).queries.account());
  tell(await application.queries.accounts());
  const system = application.as(systemActor("tests")._unsafeUnwrap());
  tell(await system.commands.suspendAccount({ id: userId ?? "" }));
  tell(await system.commands.grantRole({ id: "nobody", role: "admin" }));
  tell(
    await application.transact(async function* ({ uow }) {
      const user = yield* uow.users.create({ name: "Grace Hopper", emails: ["grace@example.com"] });
      return ok(user.id);
    }),
  );
  tell(
    // What a host yields is his own: also an address in what should be a code.
    await application.transact(async function* ({ uow }) {
      yield* uow.users.create({ name: "Nobody" });
      return err(domainError(EMAIL, "no"));
    }),
  );
  await using users = application.users();
  const verified = await users.verify({ email: EMAIL }, { password: PASSWORD });
  tell(verified);
  if (verified.isOk()) tell(await application.startSession(verified.value));
  return { answers, events };
}
