import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import { servers } from "../support/drivers.js";
import { grant, logIn, newName, PASSWORD, secured, signUp, signUpAs, SYSTEM, WRONG } from "../support/secured.js";
import { postgresOf, rowsIn, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

describe.each(servers.flatMap((driver) => [[driver, 1] as const, [driver, 2] as const]))("a pool on %s of %i", (driver, connections) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(driver, { connections });
  });
  afterAll(() => world.close());

  test("carries 200 mixed commands at once: none waits for another for ever, and nothing is left open", async () => {
    const here = secured(world.store, { attempts: { limit: 100 } });
    const { application } = here;
    const [admin, user] = [await signUpAs(application, "admin"), await signUp(application)];
    const targets = [await signUp(application), await signUp(application), await signUp(application)];
    const tokens = await logIn(application, user.email);
    // A reaction and a subscriber open transactions, beside the statements that need none.
    application.inTransaction.subscribe("account-suspended", async (_, { accounts }) => accounts.get(user.id).map(() => undefined));
    const doors = application.as(admin.actor);
    const target = (index: number): { readonly id: string } => ({ id: targets[index % targets.length]?.id ?? "" });
    const commands: readonly ((index: number) => Promise<string>)[] = [
      async () => codeOf(await application.commands.signUp({ name: "New", emails: [`${newName("new")}@example.com`], password: PASSWORD })),
      async () => codeOf(await application.commands.logIn({ email: user.email, password: PASSWORD })),
      async () => codeOf(await application.commands.logIn({ email: user.email, password: WRONG })),
      async () => codeOf(await application.commands.refresh(tokens)),
      async (index) => codeOf(await doors.commands.grantRole({ ...target(index), role: "user", scope: `team-${index}` })),
      async (index) => codeOf(await doors.commands.suspendAccount(target(index))),
      async (index) => codeOf(await doors.commands.activateAccount(target(index))),
      async () => codeOf(await doors.queries.accounts({ limit: 10 })),
      async (index) => codeOf(await application.as(SYSTEM).commands.setUsername({ username: `nobody${index}` })),
      async () => codeOf(await application.authenticate(user.tokens.accessToken)),
    ];
    const run = async (index: number): Promise<string> => (await commands[index % commands.length]?.(index)) ?? "no command";
    const codes = await Promise.all(Array.from({ length: 200 }, (_, index) => run(index)));
    // Three accounts are changed sixty times at once: who loses the race again and again is told so.
    const typed = ["ok", "invalid-credentials", "not-authenticated", "concurrency-conflict"];
    expect(codes.filter((code) => !typed.includes(code))).toEqual([]);
    expect(codes.filter((code) => code === "ok").length).toBeGreaterThan(100);
    const open = await rowsIn(
      postgresOf(world).database,
      "select state from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
    );
    expect(open).toEqual([]);
    expect(codeOf(await application.commands.logIn({ email: user.email, password: PASSWORD }))).toBe("ok");
  });

  test("carries nested work: a subscriber that loads, a change of password, the end of sessions and the last role holder", async () => {
    const { application } = secured(world.store);
    const user = await signUp(application);
    await grant(application, user.id, "super-admin");
    const other = await signUpAs(application, "super-admin");
    application.inTransaction.subscribe("*", async (_, { users }) => users.get(user.id).map(() => undefined));
    const own = application.as(user.actor).commands;
    const answers = await Promise.all([
      own.changePassword({ current: PASSWORD, next: "a new battery of horses" }),
      application.bootstrap.revoke({ id: user.id, role: "super-admin" }),
      application.bootstrap.revoke({ id: other.id, role: "super-admin" }),
    ]);
    expect(answers.map((answer) => codeOf(answer)).filter((code) => !["ok", "vetoed", "concurrency-conflict"].includes(code))).toEqual([]);
  });
});
