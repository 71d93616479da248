import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attempt, ok } from "denizen";
import { codeOf, whatever } from "../support/codes.js";
import { measuredOn } from "../support/measured.js";
import type { Measured } from "../support/measured.js";
import { enrolPin, newName, PASSWORD, secured, signUp, SYSTEM, WRONG } from "../support/secured.js";
import type { Secured } from "../support/secured.js";
import { places } from "../support/worlds.js";

describe.each(places)("same public error, same work, on %s", (place) => {
  let measured: Measured;
  beforeAll(async () => {
    measured = await measuredOn(place);
  });
  afterAll(() => measured.close());

  /** An application whose connection and dummy hash are warm. */
  const warm = async (options: Parameters<typeof secured>[1] = {}): Promise<Secured> => {
    const here = secured(measured.store, options);
    for (let run = 0; run < 3; run++) {
      const email = `${newName("warm")}@example.com`;
      whatever(await here.application.commands.signUp({ name: "Warm", emails: [email], password: PASSWORD }));
      whatever(await here.application.commands.signUp({ name: "Warm", emails: [email], password: PASSWORD }));
      whatever(await here.application.commands.logIn({ email, password: WRONG }));
      whatever(await here.application.commands.logIn({ phone: "+34600000000", password: WRONG }));
      whatever(await here.application.commands.logIn({ username: "nobody-at-all", password: WRONG }));
    }
    return here;
  };

  /** What a call answers, what it hashes, and what it asks of the store. */
  const costOf = async ({ hasher }: Secured, call: () => Promise<unknown>) => {
    const before = { ...hasher.calls };
    let answer: unknown;
    const cost = await measured.cost(async () => {
      answer = await call();
    });
    return { answer, cost, hashes: hasher.calls.hash - before.hash, verifies: hasher.calls.verify - before.verify };
  };

  /** Users of every kind whose log-in fails, by how they are called. */
  const cast = async (here: Secured) => {
    const { application } = here;
    const created = await attempt(async function* () {
      await using users = application.users();
      const removed = yield* users.create({ name: "Removed", emails: [`${newName("removed")}@example.com`], password: PASSWORD });
      const without = yield* users.create({ name: "Without", emails: [`${newName("without")}@example.com`], password: PASSWORD });
      yield* users.save();
      yield* users.remove(removed);
      yield* users.save();
      return ok({ removed: removed.emails[0]?.value ?? "", without: without.emails[0]?.value ?? "" });
    });
    const [known, withPin, suspended] = [await signUp(application), await signUp(application), await signUp(application)];
    await enrolPin(application, withPin.id);
    (await application.as(SYSTEM).commands.suspendAccount({ id: suspended.id }))._unsafeUnwrap();
    const noPassword = `${newName("bare")}@example.com`;
    (await application.commands.signUp({ name: "Bare", emails: [noPassword] }))._unsafeUnwrap();
    return {
      "unknown user": `${newName("unknown")}@example.com`,
      "wrong password": known.email,
      "no password": noPassword,
      "removed user": created._unsafeUnwrap().removed,
      "no account": created._unsafeUnwrap().without,
      "second factor": withPin.email,
      "suspended account": suspended.email,
    };
  };

  test("an unknown user, a wrong password, no password, a removed user, no account, a suspended one: nobody can tell which", async () => {
    const here = await warm();
    const [unknown, ...others] = Object.entries(await cast(here));
    const logIn = (email: string) => costOf(here, async () => await here.application.commands.logIn({ email, password: WRONG }));
    const expected = await logIn(unknown?.[1] ?? "");
    expect(expected).toMatchObject({ verifies: 1, hashes: 0, answer: { error: { code: "invalid-credentials" } } });
    for (const [who, email] of others) expect([who, await logIn(email)]).toEqual([who, expected]);
    // The right password of who has been removed is no better than a wrong one.
    const removed = others.find(([who]) => who === "removed user")?.[1] ?? "";
    expect(await costOf(here, async () => await here.application.commands.logIn({ email: removed, password: PASSWORD }))).toEqual(expected);
  });

  test("so by every kind of identifier, and by the other doors that take credentials", async () => {
    const here = await warm();
    const { application } = here;
    const [name, phone] = [newName("named"), `+346001${String(Date.now()).slice(-5)}`];
    (await application.commands.signUp({ name: "Named", username: name, phones: [phone], password: PASSWORD }))._unsafeUnwrap();
    const pairs = [
      [{ username: name }, { username: newName("nobody") }],
      [{ phone }, { phone: "+34600199999" }],
      [{ identifier: name }, { identifier: newName("nobody") }],
    ] as const;
    for (const [known, unknown] of pairs) {
      for (const door of ["logIn", "activateOwn", "deactivateOwn"] as const) {
        const call = (who: typeof known | typeof unknown) =>
          costOf(here, async () => await application.commands[door]({ ...who, password: WRONG }));
        await call({ ...unknown });
        const [one, other] = [await call(known), await call(unknown)];
        expect(one).toEqual(other);
        here.clock.advance(24 * 60 * 60_000);
      }
    }
  });

  test("locked is told alike for known and unknown, with the same work, and hashes nothing", async () => {
    const here = await warm();
    const everybody = Object.entries(await cast(here));
    const logIn = (email: string) => here.application.commands.logIn({ email, password: WRONG });
    for (const [, email] of everybody) for (let index = 0; index < 5; index++) whatever(await logIn(email));
    const costs = [];
    for (const [, email] of everybody) costs.push(await costOf(here, async () => await logIn(email)));
    expect(costs[0]).toMatchObject({ verifies: 0, hashes: 0, answer: { error: { code: "too-many-attempts" } } });
    for (const cost of costs) expect(cost).toEqual(costs[0]);
  });

  describe("with enumeration protection, sign-up", () => {
    const protection = { accounts: { enumerationProtection: true, activation: "administrator" } } as const;
    let number = 600_200_000 + (place === "memory" ? 0 : 1);
    const newPhone = (): string => `+34${(number += 2)}`;

    test("answers a free and a taken e-mail and phone alike, with the same work", async () => {
      const here = await warm(protection);
      const { application } = here;
      const [email, phone] = [`${newName("held")}@example.com`, newPhone()];
      const signUpWith = (emails: readonly string[], phones: readonly string[]) =>
        costOf(here, async () => await application.commands.signUp({ name: "Somebody", emails, phones, password: PASSWORD }));
      const fresh = () => `${newName("fresh")}@example.com`;
      await signUpWith([fresh()], [newPhone()]);
      await signUpWith([email], [phone]);
      const free = await signUpWith([fresh()], [newPhone()]);
      expect(free).toMatchObject({ hashes: 1, verifies: 0, answer: { value: { status: "check-inbox" } } });
      const told = async (emails: readonly string[], phones: readonly string[]) => {
        const { cost, ...rest } = await signUpWith(emails, phones);
        // In memory the names of the calls differ; how many there are is what takes time.
        return { ...rest, cost: "calls" in cost ? cost.calls.length : cost };
      };
      const expected = { ...free, cost: "calls" in free.cost ? free.cost.calls.length : free.cost };
      expect(await told([fresh()], [newPhone()])).toEqual(expected);
      expect(await told([email], [newPhone()])).toEqual(expected);
      expect(await told([email.toUpperCase()], [newPhone()])).toEqual(expected);
      expect(await told([fresh()], [phone])).toEqual(expected);
      expect(await told([email], [phone])).toEqual(expected);
    });

    test("refuses a username in the same words, whether it or the address is free or taken", async () => {
      const here = await warm(protection);
      const { application } = here;
      const [username, email] = [newName("holder"), `${newName("held")}@example.com`];
      const input = { name: "Holder", username, emails: [email], password: PASSWORD };
      (await application.as(SYSTEM).commands.createAccount({ ...input, role: "user" }))._unsafeUnwrap();
      const again = (to: string, as: string) =>
        costOf(here, async () => await application.commands.signUp({ ...input, name: "Again", username: as, emails: [to] }));
      const free = await again(`${newName("fresh")}@example.com`, newName("free"));
      expect(free.answer).toHaveProperty("error");
      expect(await again(email, username)).toEqual(free);
      expect(await again(email, newName("free"))).toEqual(free);
      expect(await again(`${newName("fresh")}@example.com`, username)).toEqual(free);
    });

    test("leaves a trace that names the holder as its subject and holds no address, and leaves the holder as he was", async () => {
      const here = await warm(protection);
      const { application } = here;
      const email = `${newName("held")}@example.com`;
      (await application.commands.signUp({ name: "Holder", emails: [email], password: PASSWORD }))._unsafeUnwrap();
      const holder = (await application.users().read({ email }))._unsafeUnwrap();
      const heard: unknown[] = [];
      application.bus.subscribe("*", (event) => heard.push(event));
      (await application.commands.signUp({ name: "Again", emails: [email], password: "another battery of horses" }))._unsafeUnwrap();
      expect(heard).toMatchObject([{ type: "sign-up-repeated", subject: holder.id }]);
      expect(JSON.stringify(heard)).not.toContain("@example.com");
      const after = (await application.users().read({ email }))._unsafeUnwrap();
      expect([after.version, after.name]).toEqual([holder.version, holder.name]);
      (await application.as(SYSTEM).commands.activateAccount({ id: holder.id }))._unsafeUnwrap();
      expect((await application.commands.logIn({ email, password: PASSWORD })).isOk()).toBe(true);
    });

    test("leaves nothing behind by which one could tell: not what a log-in with the chosen password answers, nor a second sign-up", async () => {
      const here = await warm(protection);
      const { application } = here;
      const taken = `${newName("held")}@example.com`;
      const { email: free, ...rest } = {
        email: `${newName("fresh")}@example.com`,
        name: "Curious",
        password: "a curious battery of horses",
      };
      (await application.commands.signUp({ name: "Holder", emails: [taken], password: PASSWORD }))._unsafeUnwrap();
      const probe = async (email: string) => {
        const [username, id] = [newName("probe"), newName("probe-id-")];
        whatever(await application.commands.signUp({ ...rest, emails: [email], username }, { id }));
        const again = (more: object, options: { readonly id?: string } = {}) =>
          application.commands
            .signUp({ ...rest, emails: [`${newName("other")}@example.com`], ...more }, options)
            .map(({ status }) => status);
        return {
          logIn: codeOf(await application.commands.logIn({ email, password: rest.password })),
          username: codeOf(await again({ username })),
          id: codeOf(await again({}, { id })),
        };
      };
      expect(await probe(free)).toEqual(await probe(taken));
    });
  });
});
