import { describe, expect, test } from "vitest";
import type { ResultAsync } from "denizen";
import { codeOf } from "../../support/codes.js";
import { arrange, MINUTE, OTHER_PASSWORD, PASSWORD, people, world } from "./world.js";

const ADA = { name: "Ada Lovelace", emails: ["ada@example.com"], phones: ["+34600123456"], password: PASSWORD };

describe("signing up where nobody must learn whose an address is", () => {
  const quiet = async () => {
    const on = world({ enumerationProtection: true, activation: "administrator" });
    expect((await on.application.commands.signUp(ADA))._unsafeUnwrap()).toEqual({ status: "check-inbox" });
    on.heard.length = 0;
    return on;
  };
  const eve = { name: "Eve", password: PASSWORD };

  test("answers the same, after the same work, whether an address is free or taken", async () => {
    const on = await quiet();
    const work = { ...on.hasher.calls };
    const free = await on.application.commands.signUp({ ...eve, emails: ["eve@example.com"] });
    const once = { hash: on.hasher.calls.hash - work.hash, verify: on.hasher.calls.verify - work.verify };
    expect(free._unsafeUnwrap()).toEqual({ status: "check-inbox" });
    for (const taken of [
      { emails: ["ada@example.com"] },
      { emails: ["new@example.com", "Ada@example.com"] },
      { phones: ["+34600123456"] },
    ]) {
      const before = { ...on.hasher.calls };
      const answer = await on.application.commands.signUp({ ...eve, ...taken });
      expect(answer._unsafeUnwrap()).toEqual(free._unsafeUnwrap());
      expect({ hash: on.hasher.calls.hash - before.hash, verify: on.hasher.calls.verify - before.verify }).toEqual(once);
    }
    expect(await people(on)).toEqual([2, 2]);
  });

  test("leaves a trace from which the holder can be told, and says nothing of him to anybody else", async () => {
    const on = await quiet();
    const subjects: (string | null)[] = [];
    on.application.bus.subscribe("sign-up-repeated", ({ subject }) => subjects.push(subject));
    const ada = (
      await on.store.load("default", { kind: "user", identifier: { kind: "email", key: "ada@example.com" } }, { limit: 1 })
    )._unsafeUnwrap();
    expect(codeOf(await on.application.commands.signUp({ ...eve, emails: ["ada@example.com"] }))).toBe("ok");
    expect([on.heard, subjects]).toEqual([["sign-up-repeated"], [ada[0]?.id]]);
  });

  test("takes neither a username nor an id, by which a second sign-up would tell; what else is wrong it tells alike", async () => {
    const on = await quiet();
    const { commands } = on.application;
    for (const email of ["ada@example.com", "new@example.com"]) {
      for (const input of [{ username: "eve" }, { username: "ada" }]) {
        expect(codeOf(await commands.signUp({ ...eve, ...input, emails: [email] }))).toBe("invalid-argument");
      }
      expect(codeOf(await commands.signUp({ ...eve, password: "short", emails: [email] }))).toBe("password-rejected");
      expect(codeOf(await commands.signUp({ ...eve, name: "", emails: [email] }))).toBe("name-invalid");
    }
    expect([on.heard, await people(on)]).toEqual([[], [1, 1]]);
  });

  test("answers the same also to those who lose the race for an address", async () => {
    const on = await quiet();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => on.application.commands.signUp({ ...eve, emails: ["eve@example.com"] })),
    );
    expect(answers.map((answer) => answer._unsafeUnwrap())).toEqual(Array(10).fill({ status: "check-inbox" }));
    expect(await people(on)).toEqual([2, 2]);
  });

  test("tells nobody by a log-in either, before an administrator has activated the account", async () => {
    const on = await quiet();
    const eveAt = (email: string) => on.application.commands.signUp({ ...eve, emails: [email] });
    expect(codeOf(await eveAt("eve@example.com"))).toBe("ok");
    // Ada's address is taken: nobody has signed up with it, and this password is not hers.
    expect(codeOf(await on.application.commands.signUp({ ...eve, emails: ["ada@example.com"], password: OTHER_PASSWORD }))).toBe("ok");
    const tries = async (act: (email: string, password: string) => ResultAsync<unknown, { readonly code: string }>) => {
      const codes: string[][] = [];
      for (const [email, password] of [
        ["eve@example.com", PASSWORD],
        ["ada@example.com", OTHER_PASSWORD],
      ] as const) {
        const answers: string[] = [];
        for (let count = 0; count < 7; count++) answers.push(codeOf(await act(email, password)));
        codes.push(answers);
      }
      return codes;
    };
    const { commands } = on.application;
    const [free, taken] = await tries((email, password) => commands.logIn({ email, password }));
    expect(free).toEqual(taken);
    on.clock.advance(2 * 60 * MINUTE);
    const [freeOwn, takenOwn] = await tries((email, password) => commands.activateOwn({ email, password }));
    expect(freeOwn).toEqual(takenOwn);
    on.clock.advance(2 * 60 * MINUTE);
    const [freeGone, takenGone] = await tries((email, password) => commands.deactivateOwn({ email, password }));
    expect(freeGone).toEqual(takenGone);
  });

  test("lets who was activated log in", async () => {
    const on = await quiet();
    const ada = { email: "ada@example.com", password: PASSWORD };
    const [row] = (
      await on.store.load("default", { kind: "user", identifier: { kind: "email", key: ada.email } }, { limit: 1 })
    )._unsafeUnwrap();
    expect(codeOf(await on.application.commands.logIn(ada))).toBe("invalid-credentials");
    await arrange(on, row?.id ?? "", (account) => account.activate()._unsafeUnwrap());
    expect(codeOf(await on.application.commands.logIn(ada))).toBe("ok");
  });
});
