import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attempt, ok, ResultAsync } from "denizen";
import type { Attempts, Store } from "denizen/ports";
import { codeOf } from "../support/codes.js";
import { enrolPin, liveSessions, NEXT, PASSWORD, secured, signUp, SYSTEM } from "../support/secured.js";
import type { LoggedInUser, Secured } from "../support/secured.js";
import { places, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

/** A store in which something happens once, when a guard has answered: the moment between a proof and what it leads to. */
function interrupted(store: Secured["store"], after: keyof Attempts, happens: () => Promise<unknown>): Secured["store"] {
  let pending = true;
  const answered = <Value, E>(answer: ResultAsync<Value, E>): ResultAsync<Value, E> =>
    new ResultAsync(
      (async () => {
        const result = await answer;
        if (pending) {
          pending = false;
          await happens();
        }
        return result;
      })(),
    );
  const { attempts } = store;
  const count: Store["attempts"]["count"] = (guess) => (after === "count" ? answered(attempts.count(guess)) : attempts.count(guess));
  const settle: Store["attempts"]["settle"] = (one) => (after === "settle" ? answered(attempts.settle(one)) : attempts.settle(one));
  return { ...store, attempts: { count, settle } };
}

const setPassword = async ({ application }: Secured, { id }: LoggedInUser): Promise<string> =>
  codeOf(
    await attempt(async function* () {
      await using users = application.users();
      const user = yield* users.read({ id });
      yield* user.setPassword(NEXT);
      return ok(yield* users.save());
    }),
  );

const MEANWHILE: readonly (readonly [name: string, happens: (here: Secured, user: LoggedInUser) => Promise<string>])[] = [
  ["the password is changed", setPassword],
  ["the account is suspended", async ({ application }, { id }) => codeOf(await application.as(SYSTEM).commands.suspendAccount({ id }))],
  [
    "the other sessions are ended",
    async ({ application }, { actor }) => codeOf(await application.as(actor).commands.revokeOtherSessions()),
  ],
];

describe.each(places)("between a proof and what it leads to, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  /** Somebody, and an application in which something happens to him in the middle of a command. */
  const inTheMiddle = async (after: keyof Attempts, happens: (here: Secured, user: LoggedInUser) => Promise<string>) => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    let told = "";
    const store = interrupted(world.store, after, async () => {
      told = await happens(here, user);
    });
    return { here, user, there: secured(store, { clock: here.clock }), meanwhile: () => told };
  };

  test.each(MEANWHILE)("%s: the log-in starts no session that lives, and says that nobody is in", async (_, happens) => {
    const { here, user, there, meanwhile } = await inTheMiddle("count", happens);
    const answer = await there.application.commands.logIn({ email: user.email, password: PASSWORD });
    expect(meanwhile()).toBe("ok");
    expect(codeOf(answer)).not.toBe("ok");
    expect((await liveSessions(here, user.id)).filter((id) => id !== user.tokens.sessionId)).toEqual([]);
  });

  test.each(MEANWHILE)("%s: the second factor completes nothing", async (_, happens) => {
    const { here, user, there, meanwhile } = await inTheMiddle("count", happens);
    await enrolPin(here.application, user.id);
    const asked = (await here.application.commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
    const pending = asked.status === "second-factor-required" ? asked.pending : "";
    const answer = await there.application.commands.completeLogIn({ pending, pin: "1843:1" });
    expect(meanwhile()).toBe("ok");
    expect(codeOf(answer)).not.toBe("ok");
    expect((await liveSessions(here, user.id)).filter((id) => id !== user.tokens.sessionId)).toEqual([]);
  });

  test("the password is changed: whoever proved the old one deactivates nobody", async () => {
    const { here, user, there, meanwhile } = await inTheMiddle("settle", setPassword);
    const answer = await there.application.commands.deactivateOwn({ email: user.email, password: PASSWORD });
    expect(meanwhile()).toBe("ok");
    expect(codeOf(answer)).not.toBe("ok");
    const [account] = (await here.application.as(SYSTEM).queries.account({ id: user.id })).map((row) => [row]).unwrapOr([]);
    expect(account?.status).toBe("active");
  });

  test("the password is changed: whoever proved the old one brings no account back", async () => {
    const { here, user, there, meanwhile } = await inTheMiddle("settle", setPassword);
    (await here.application.commands.deactivateOwn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
    const answer = await there.application.commands.activateOwn({ email: user.email, password: PASSWORD });
    expect(meanwhile()).toBe("ok");
    expect(codeOf(answer)).not.toBe("ok");
    const [account] = (await here.application.as(SYSTEM).queries.account({ id: user.id })).map((row) => [row]).unwrapOr([]);
    expect(account?.status).toBe("deactivated");
  });

  test("the password is changed: whoever proved the old one does not change it again", async () => {
    const { here, user, there, meanwhile } = await inTheMiddle("settle", setPassword);
    const actor = (await there.application.authenticate(user.tokens.accessToken))._unsafeUnwrap();
    const answer = await there.application.as(actor).commands.changePassword({ current: PASSWORD, next: "the thief's own battery" });
    expect(meanwhile()).toBe("ok");
    expect(codeOf(answer)).not.toBe("ok");
    expect(codeOf(await here.application.commands.logIn({ email: user.email, password: NEXT }))).toBe("ok");
  });
});
