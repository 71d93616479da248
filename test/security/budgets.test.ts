import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HS256, tokensOf } from "../support/access-tokens.js";
import { codeOf } from "../support/codes.js";
import { servers } from "../support/drivers.js";
import { measuredOn, roundTripsOf } from "../support/measured.js";
import type { Measured } from "../support/measured.js";
import { enrolPin, logIn, newName, NEXT, PASSWORD, secured, signUp, signUpAs, SYSTEM, WRONG } from "../support/secured.js";

describe.each(servers)("round trips on %s, over a warm connection", (driver) => {
  let measured: Measured;
  beforeAll(async () => {
    measured = await measuredOn(driver);
  });
  afterAll(() => measured.close());

  /** What a call takes once its statements are prepared; each run has an input of its own. */
  const roundTrips = async <Input>(prepare: () => Promise<Input>, run: (input: Input) => Promise<string>, code = "ok"): Promise<number> => {
    for (let warm = 0; warm < 2; warm++) await run(await prepare());
    const input = await prepare();
    let answer = "";
    const cost = await measured.cost(async () => {
      answer = await run(input);
    });
    expect(answer).toBe(code);
    return roundTripsOf(cost);
  };

  const newcomer = async () => ({ name: "New", emails: [`${newName("new")}@example.com`], password: PASSWORD });

  test("signing up takes two at most, with a session at the end", async () => {
    const { application } = secured(measured.store);
    expect(await roundTrips(newcomer, async (input) => codeOf(await application.commands.signUp(input)))).toBeLessThanOrEqual(2);
  });

  test("logging in takes two at most, and being refused no more", async () => {
    const { application } = secured(measured.store);
    const user = await signUp(application);
    const email = async () => user.email;
    const attempt = (password: string) => async (by: string) => codeOf(await application.commands.logIn({ email: by, password }));
    expect(await roundTrips(email, attempt(PASSWORD))).toBeLessThanOrEqual(2);
    expect(await roundTrips(email, attempt(WRONG), "invalid-credentials")).toBe(2);
    const nobody = async () => `${newName("nobody")}@example.com`;
    expect(await roundTrips(nobody, attempt(WRONG), "invalid-credentials")).toBe(2);
    await enrolPin(application, user.id);
    let step = 0;
    const half = async () => {
      const asked = (await application.commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
      return { pending: asked.status === "second-factor-required" ? asked.pending : "", pin: `1843:${++step}` };
    };
    // The PIN that was used is replaced in the vault: one more.
    expect(await roundTrips(half, async (input) => codeOf(await application.commands.completeLogIn(input)))).toBeLessThanOrEqual(3);
  });

  test("checking an opaque session takes one, a signed token none, and refreshing one", async () => {
    const opaque = secured(measured.store).application;
    const signed = secured(measured.store, { accessTokens: tokensOf(HS256) }).application;
    for (const [application, expected] of [
      [opaque, 1],
      [signed, 0],
    ] as const) {
      const user = await signUp(application);
      const session = async () => logIn(application, user.email);
      expect(await roundTrips(session, async ({ accessToken }) => codeOf(await application.authenticate(accessToken)))).toBe(expected);
      expect(await roundTrips(session, async ({ refreshToken }) => codeOf(await application.commands.refresh({ refreshToken })))).toBe(1);
      expect(await roundTrips(session, async ({ refreshToken }) => codeOf(await application.commands.logOut({ refreshToken })))).toBe(1);
    }
    const nothing = async () => `da_${"0".repeat(32)}.${"0".repeat(64)}`;
    expect(await roundTrips(nothing, async (token) => codeOf(await opaque.authenticate(token)), "access-token-invalid")).toBe(1);
  });

  test("an administrator's command takes two: who may is read with whom it is about", async () => {
    const { application } = secured(measured.store);
    const admin = await signUpAs(application, "admin");
    const { commands, queries } = application.as(admin.actor);
    const somebody = async () => ({ id: (await signUp(application)).id });
    expect(await roundTrips(somebody, async (input) => codeOf(await commands.suspendAccount(input)))).toBe(2);
    expect(await roundTrips(somebody, async (input) => codeOf(await commands.grantRole({ ...input, role: "user" })))).toBeLessThanOrEqual(
      2,
    );
    expect(await roundTrips(newcomer, async (input) => codeOf(await commands.createAccount({ ...input, role: "user" })))).toBe(2);
    expect(await roundTrips(somebody, async () => codeOf(await queries.accounts({ limit: 5 })))).toBe(2);
    expect(await roundTrips(somebody, async () => codeOf(await commands.listSessions()))).toBe(1);
    expect(await roundTrips(somebody, async ({ id }) => codeOf(await application.as(SYSTEM).commands.suspendAccount({ id })))).toBe(2);
  });

  test("changing one's password: the sessions end in the transaction that it takes", async () => {
    const { application } = secured(measured.store);
    const passwords = { current: PASSWORD, next: NEXT };
    const change = async () => application.as((await signUp(application)).actor).commands;
    // Presence, user, count, settlement; BEGIN, flush, account, flush, record, COMMIT.
    expect(await roundTrips(change, async (commands) => codeOf(await commands.changePassword(passwords)))).toBeLessThanOrEqual(10);
  });
});
