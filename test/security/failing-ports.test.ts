import { describe, expect, test } from "vitest";
import { Application, domainError, errAsync } from "denizen";
import { memory } from "denizen/memory";
import type { AccessTokens, Store } from "denizen/ports";
import { fastHasher, fixedClock } from "denizen/testing";
import { codeOf } from "../support/codes.js";
import { PASSWORD } from "../support/secured.js";

const explode = (): never => {
  throw new Error("a port is broken");
};

const tokens: AccessTokens = {
  issue: () => errAsync(domainError("access-tokens-failed", "the key service is away")),
  verify: () => errAsync(domainError("access-tokens-failed", "the key service is away")),
};

type Ports = Partial<ConstructorParameters<typeof Application<never>>[0]>;

/** Ports that fail, each in its way, from the moment on when somebody is there to be logged in. */
const BROKEN: Readonly<Record<string, (store: Store) => Ports>> = {
  "a clock that throws": () => ({ clock: { now: explode } }),
  "a clock that gives no time": () => ({ clock: { now: () => Number.NaN } }),
  "ids that throw": () => ({ ids: { next: explode } }),
  "randomness that throws": () => ({ random: { bytes: explode } }),
  "a hasher that throws": () => ({ passwordHasher: { recognises: explode, hash: explode, verify: explode } }),
  "a hasher that answers nonsense": () => ({
    // The compiler refuses it.
    passwordHasher: { recognises: () => true, hash: () => undefined, verify: () => ({ matches: true }) } as never,
  }),
  "access tokens that fail": () => ({ accessTokens: tokens }),
  "access tokens that throw": () => ({ accessTokens: { issue: explode, verify: explode } }),
  "attempts that throw": (store) => ({ store: { ...store, attempts: { count: explode, settle: explode } } }),
  "a settlement that throws": (store) => ({ store: { ...store, attempts: { count: store.attempts.count, settle: explode } } }),
  "sessions that throw": (store) => ({
    store: { ...store, sessions: { start: explode, rotate: explode, check: explode, revoke: explode, list: explode } },
  }),
  "a store that cannot be read": (store) => ({ store: { ...store, load: explode, held: explode, standing: explode } }),
};

describe.each(Object.entries(BROKEN))("%s", (_, broken) => {
  test("lets nobody in, and nothing throws", async () => {
    const store = memory();
    const clock = fixedClock();
    const keys = { current: "k1", keys: { k1: new Uint8Array(32).fill(7) } };
    const whole = new Application({ store, clock, keys, passwordHasher: fastHasher() });
    const answer = (await whole.commands.signUp({ name: "Ada", emails: ["ada@example.com"], password: PASSWORD }))._unsafeUnwrap();
    const known = answer.status === "signed-in" ? answer : undefined;
    const actor = (await whole.authenticate(known?.accessToken ?? ""))._unsafeUnwrap();
    const sessions = async () => (await store.sessions.list("default", actor.id, new Date(clock.now()).toISOString()))._unsafeUnwrap();
    const before = await sessions();

    const application = new Application({ store, clock, keys, passwordHasher: fastHasher(), ...broken(store) });
    const wrong = { email: "ada@example.com", password: "wrong horse battery staple" };
    const calls = [
      await application.commands.logIn(wrong),
      await application.commands.deactivateOwn(wrong),
      await application.as(actor).commands.changePassword({ current: wrong.password, next: "a new battery of horses" }),
      await application.authenticate(`da_${"0".repeat(32)}.${"0".repeat(64)}`),
      await application.commands.refresh({ refreshToken: `dr_${"0".repeat(32)}.${"0".repeat(64)}` }),
      await application.as(actor).commands.suspendAccount({ id: actor.id }),
      await application.as(actor).queries.accounts(),
    ];
    expect(calls.map(codeOf)).not.toContain("ok");
    expect(await sessions()).toEqual(before);

    // With the right password: in or out, and never in without having said so.
    const right = codeOf(await application.commands.logIn({ email: "ada@example.com", password: PASSWORD }));
    expect((await sessions()).length).toBe(before.length + (right === "ok" ? 1 : 0));
    expect(codeOf(await whole.as(actor).commands.currentAccount())).toBe("ok");
  });
});
