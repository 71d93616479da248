import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whatever } from "../support/codes.js";
import { measuredOn } from "../support/measured.js";
import type { Measured } from "../support/measured.js";
import { delivered, newEmail, proving, request, requests } from "../support/proofs.js";
import type { Proving, ProvingOptions } from "../support/proofs.js";
import { MINUTE, NEXT, PASSWORD, SYSTEM } from "../support/secured.js";
import { stores } from "../support/worlds.js";

describe.each(stores)("who is there is not told, on %s", (place) => {
  let measured: Measured;
  beforeAll(async () => {
    measured = await measuredOn(place);
  });
  afterAll(() => measured.close());

  const isolated = () => proving(measured.store, { accounts: { enumerationProtection: true } });
  /** The same work, without the wait that hides how long it takes. */
  const open = (options: ProvingOptions = {}) => proving(measured.store, options);

  /** Signs up, and proves it. */
  const settled = async (here: Proving, stem: string): Promise<string> => {
    const email = newEmail(stem);
    (await here.application.commands.signUp({ name: "Somebody", emails: [email], password: PASSWORD }))._unsafeUnwrap();
    await delivered(here);
    const { link = "" } = here.post.last({ to: email, kind: "verify-email" }) ?? {};
    (await here.application.commands.verifyEmail({ link, password: PASSWORD }))._unsafeUnwrap();
    return email;
  };

  /** Everybody whom one might ask for, by an e-mail. */
  const cast = async (here: Proving): Promise<readonly string[]> => {
    const known = await settled(here, "known");
    const suspended = await settled(here, "suspended");
    const removed = await settled(here, "removed");
    await using users = here.application.users();
    const held = (await users.read({ email: suspended }))._unsafeUnwrap();
    (await here.application.as(SYSTEM).commands.suspendAccount({ id: held.id }))._unsafeUnwrap();
    const leaving = (await users.read({ email: removed }))._unsafeUnwrap();
    leaving.remove()._unsafeUnwrap();
    (await users.save(leaving))._unsafeUnwrap();
    const unverified = newEmail("unverified");
    (await here.application.commands.signUp({ name: "Somebody", emails: [unverified], password: PASSWORD }))._unsafeUnwrap();
    here.clock.advance(MINUTE);
    return [newEmail("stranger"), known, unverified, suspended, removed];
  };

  test.each(requests)("by the answer to a request for %s", async (purpose) => {
    const here = isolated();
    const answers = [];
    for (const email of await cast(open({ clock: here.clock }))) {
      const [first, second] = [await request(here, purpose, email), await request(here, purpose, email)];
      answers.push(JSON.stringify([first, second]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain("too-many-attempts");
  });

  test.each(requests)("by the work of a request for %s: it takes as much where nothing is sent", async (purpose) => {
    const here = open();
    const costsOf = async (everybody: readonly string[]): Promise<readonly number[]> => {
      const costs: number[] = [];
      for (const email of everybody) {
        const cost = await measured.cost(async () => whatever(await request(here, purpose, email)));
        // In memory the names of the calls differ; how many there are is what takes time.
        costs.push("calls" in cost ? cost.calls.length : cost.statements + cost.roundTrips);
      }
      return costs;
    };
    // The connection is warm from the second time on.
    await costsOf(await cast(here));
    const costs = await costsOf(await cast(here));
    expect(costs).toEqual(costs.map(() => costs[0]));
    expect(costs[0]).toBeGreaterThanOrEqual(5);
  });

  test("by the answer to a sign-up", async () => {
    const here = isolated();
    const answers = [];
    for (const email of await cast(open({ clock: here.clock })))
      answers.push(await here.application.commands.signUp({ name: "Somebody", emails: [email], password: PASSWORD }));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  const proofs: Readonly<Record<string, (here: Proving, email: string) => Promise<unknown>>> = {
    "log-in": async ({ application }, email) => await application.commands.logInWithCode({ email, code: "0000 0000" }),
    "reset-password": async ({ application }, email) =>
      await application.commands.resetPassword({ email, code: "0000 0000", password: NEXT }),
    "verify-email": async ({ application }, email) => await application.commands.verifyEmail({ email, code: "0000 0000" }),
  };

  test.each(Object.keys(proofs))(
    "by a wrong code for %s: the same answer for the same work, also when it is one too many",
    async (purpose) => {
      const here = open();
      const everybody = await cast(here);
      for (const email of everybody) whatever(await request(here, "log-in", email));
      const told: unknown[][] = [];
      for (const email of everybody) {
        const answers = [];
        for (let guess = 0; guess < 6; guess++) {
          let answer: unknown;
          const cost = await measured.cost(async () => {
            answer = await proofs[purpose]?.(here, email);
          });
          answers.push({ answer, cost });
        }
        told.push(answers);
      }
      // The connection is warm from the second on.
      for (const each of told.slice(1)) expect(each).toEqual(told[1]);
      expect(told[0]?.slice(1)).toEqual(told[1]?.slice(1));
      expect(JSON.stringify(told[1])).toContain("too-many-attempts");
    },
  );

  test("by a forged link: the same answer for the same work, whoever it names", async () => {
    const here = isolated();
    const known = await settled(here, "known");
    here.clock.advance(MINUTE);
    (await request(here, "log-in", known))._unsafeUnwrap();
    await delivered(here);
    const { link = "" } = here.post.last({ to: known, kind: "log-in" }) ?? {};
    const forge = async (token: string) => {
      let answer: unknown;
      const cost = await measured.cost(async () => {
        answer = await here.application.commands.logInWithLink({ link: token });
      });
      return { answer, cost };
    };
    await forge("warm");
    const nobodys = await forge("k1.default.nobody.log-in.none.00");
    expect(await forge(link.replace(/[0-9a-f]{64}$/, "0".repeat(64)))).toEqual(nobodys);
    expect(await forge(`${link}0`)).toEqual(nobodys);
  });
});
