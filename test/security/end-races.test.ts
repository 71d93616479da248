import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attempt, ok } from "denizen";
import { codeOf } from "../support/codes.js";
import { enrolPin, liveSessions, NEXT, PASSWORD, secured, signUp, SYSTEM } from "../support/secured.js";
import type { LoggedInUser, Secured } from "../support/secured.js";
import { fifty, places, rounds, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

type End = (here: Secured, user: LoggedInUser) => Promise<string>;

const saved = async ({ application }: Secured, id: string, what: "remove" | "removeCredential"): Promise<string> =>
  codeOf(
    await attempt(async function* () {
      await using users = application.users();
      const user = yield* users.read({ id });
      if (what === "remove") yield* users.remove(user);
      else yield* user.removeCredential(user.credentials.find(({ kind }) => kind === "pin")?.id ?? "");
      return ok(yield* users.save());
    }),
  );

/** What ends sessions, while 50 log-ins with what was true before are on their way. */
const ENDS: readonly (readonly [name: string, end: End, spared: boolean])[] = [
  [
    "a change of the password",
    async ({ application }, { actor }) => codeOf(await application.as(actor).commands.changePassword({ current: PASSWORD, next: NEXT })),
    true,
  ],
  ["revokeOtherSessions", async ({ application }, { actor }) => codeOf(await application.as(actor).commands.revokeOtherSessions()), true],
  ["a suspension", async ({ application }, { id }) => codeOf(await application.as(SYSTEM).commands.suspendAccount({ id })), false],
  [
    "a deactivation",
    async ({ application }, { email }) => codeOf(await application.commands.deactivateOwn({ email, password: PASSWORD })),
    false,
  ],
  ["the removal of the user", (here, { id }) => saved(here, id, "remove"), false],
  ["the removal of a credential", (here, { id }) => saved(here, id, "removeCredential"), false],
];

describe.each(places)("races with what ends sessions, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place, { connections: 20 });
  });
  afterAll(() => world.close());

  const somebody = async () => {
    // Nobody guesses here: the log-ins that come after the end are wrong ones.
    const here = secured(world.store, { accounts: { secondFactors: [] }, attempts: { limit: 100 } });
    const user = await signUp(here.application);
    await enrolPin(here.application, user.id);
    return { here, user };
  };

  /** The sessions that live although the account has moved on since they were started. */
  const survivors = async ({ store, clock }: Secured, id: string): Promise<readonly string[]> => {
    const at = new Date(clock.now()).toISOString();
    const { accounts } = (await store.standing("default", { accounts: [id], session: null, at }))._unsafeUnwrap();
    const version: unknown = Reflect.get(Object(accounts[0]?.state), "securityVersion");
    const live = (await store.sessions.list("default", id, at))._unsafeUnwrap();
    return live.filter(({ securityVersion }) => securityVersion !== version).map((session) => session.id);
  };

  test.each(ENDS.flatMap((end) => rounds.map((round) => [...end, round] as const)))(
    "50 log-ins with what was true before %s: none of them lives after it, round %#",
    async (name, end, spared) => {
      const { here, user } = await somebody();
      const { application } = here;
      // An end takes longer than a log-in: most of them come in its middle.
      const logIns = fifty(async (index) => {
        if (index % 4 !== 0) await delay(index * 1.5);
        return application.commands.logIn({ email: user.email, password: PASSWORD });
      });
      const [ended] = await Promise.all([end(here, user), logIns]);
      expect(ended).toBe("ok");
      expect(await survivors(here, user.id)).toEqual(spared ? [user.tokens.sessionId] : []);
      // Where the password still holds, whoever has proved it after the end is in.
      if (!name.includes("credential") && name !== "revokeOtherSessions") {
        expect(await liveSessions(here, user.id)).toEqual(spared ? [user.tokens.sessionId] : []);
      }
      if (spared) expect(codeOf(await application.as(user.actor).commands.currentAccount())).toBe("ok");
    },
  );

  test.each(rounds)("50 sessions that start from one proof race with a suspension: none lives after it, round %i", async () => {
    const { here, user } = await somebody();
    await using users = here.application.users();
    const verified = (await users.verify({ email: user.email }, { password: PASSWORD }))._unsafeUnwrap();
    const [suspended] = await Promise.all([
      here.application.as(SYSTEM).commands.suspendAccount({ id: user.id }),
      fifty(() => here.application.startSession(verified)),
    ]);
    expect(codeOf(suspended)).toBe("ok");
    expect(await liveSessions(here, user.id)).toEqual([]);
  });

  test.each(rounds)("two changes of a password at once: one wins, and one session lives, round %i", async () => {
    const { here, user } = await somebody();
    const { application } = here;
    const answers = await Promise.all(
      ["one", "two", "three"].map((which) =>
        application.as(user.actor).commands.changePassword({ current: PASSWORD, next: `${which} ${NEXT}` }),
      ),
    );
    expect(answers.filter((answer) => answer.isOk())).toHaveLength(1);
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
  });

  test.each(rounds)("a password change races with the suspension and the log-out of its own session: none lives, round %i", async () => {
    const { here, user } = await somebody();
    const { commands } = here.application.as(user.actor);
    await Promise.all([
      commands.changePassword({ current: PASSWORD, next: NEXT }).map(() => undefined),
      commands.logOut().map(() => undefined),
      here.application
        .as(SYSTEM)
        .commands.suspendAccount({ id: user.id })
        .map(() => undefined),
    ]);
    expect(await liveSessions(here, user.id)).toEqual([]);
  });

  test.each(rounds)("two sessions end each other's: at most one is left, round %i", async () => {
    const { here, user } = await somebody();
    const { application } = here;
    const answer = (await application.commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
    const other = (await application.authenticate(answer.status === "signed-in" ? answer.accessToken : ""))._unsafeUnwrap();
    const answers = await Promise.all([user.actor, other].map((actor) => application.as(actor).commands.revokeOtherSessions()));
    expect(answers.filter((each) => each.isOk())).toHaveLength(1);
    expect(await liveSessions(here, user.id)).toHaveLength(1);
  });
});
