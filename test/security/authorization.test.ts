import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import { NEXT, secured, signUp, signUpAs, SYSTEM } from "../support/secured.js";
import { fifty, rounds, worldOn } from "../support/worlds.js";
import type { Place, World } from "../support/worlds.js";

// The table of every command × actor × target is test/unit/accounts/authorization-table.test.ts: here is what it cannot say.
describe.each<Place>(["memory", "node-postgres"])("authorization on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  const start = () => secured(world.store, { accounts: { secondFactors: [], setAccountPassword: true } });

  test("whoever is no administrator is told the same of an account that is there and of one that is not", async () => {
    const { application } = start();
    const [victim, user, scoped] = [await signUp(application), await signUp(application), await signUp(application)];
    (await application.as(SYSTEM).commands.grantRole({ id: scoped.id, role: "admin", scope: "team-1" }))._unsafeUnwrap();
    for (const { actor } of [user, scoped]) {
      const doors = application.as(actor);
      const about = async (id: string) => [
        (await doors.commands.suspendAccount({ id }))._unsafeUnwrapErr(),
        (await doors.commands.activateAccount({ id }))._unsafeUnwrapErr(),
        (await doors.commands.setAccountPassword({ id, password: NEXT }))._unsafeUnwrapErr(),
        (await doors.commands.grantRole({ id, role: "user" }))._unsafeUnwrapErr(),
        (await doors.commands.revokeRole({ id, role: "user" }))._unsafeUnwrapErr(),
        (await doors.commands.eraseUser({ id }))._unsafeUnwrapErr(),
        (await doors.queries.account({ id }))._unsafeUnwrapErr(),
        (await doors.queries.export({ id }))._unsafeUnwrapErr(),
        (await doors.queries.history({ user: id }))._unsafeUnwrapErr(),
        (await doors.queries.profile({ id }))._unsafeUnwrapErr(),
      ];
      expect(await about(victim.id)).toEqual(await about("nobody"));
    }
  });

  test("nobody promotes himself, nor anybody to his own rank, whichever way he takes", async () => {
    const { application } = start();
    const [admin, user] = [await signUpAs(application, "admin"), await signUp(application)];
    const { commands } = application.as(admin.actor);
    const codes = [
      await commands.grantRole({ id: admin.id, role: "admin", scope: "team-1" }),
      await commands.grantRole({ id: admin.id, role: "super-admin" }),
      await commands.grantRole({ id: user.id, role: "admin" }),
      await commands.grantRole({ id: user.id, role: "super-admin" }),
      await commands.createAccount({ name: "Accomplice", role: "admin" }),
      await application.as(user.actor).commands.grantRole({ id: user.id, role: "user", scope: "everywhere" }),
      // Roles that no hierarchy has, though every object has something of the name.
      ...(await Promise.all(
        ["__proto__", "constructor", "toString"].map((role) => commands.grantRole({ id: user.id, role: role as "user" })),
      )),
    ].map((answer) => codeOf(answer));
    expect(new Set(codes)).toEqual(new Set(["not-authorized"]));
    expect(codeOf(await application.bootstrap.grant({ id: user.id, role: "admin" }))).toBe("role-unknown");
  });

  test.each(rounds)("50 commands of an administrator race with his suspension, round %i: none begins after it", async () => {
    const { application } = start();
    const [admin, user] = [await signUpAs(application, "admin"), await signUp(application)];
    const { commands, queries } = application.as(admin.actor);
    const [suspended, codes] = await Promise.all([
      application.as(SYSTEM).commands.suspendAccount({ id: admin.id }),
      fifty(async (index) => codeOf(await commands.grantRole({ id: user.id, role: "user", scope: `team-${index}` }))),
    ]);
    expect(codeOf(suspended)).toBe("ok");
    expect(codes.filter((code) => !["ok", "not-authenticated", "concurrency-conflict"].includes(code))).toEqual([]);
    expect(codeOf(await queries.accounts())).toBe("not-authenticated");
    expect(codeOf(await commands.suspendAccount({ id: user.id }))).toBe("not-authenticated");
  });
});
