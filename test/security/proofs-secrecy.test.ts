import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { whatever } from "../support/codes.js";
import { servers } from "../support/drivers.js";
import { asked, delivered, guarded, inhabitant, newcomer, newEmail, proving, sentTo, wrongOf } from "../support/proofs.js";
import type { Proving } from "../support/proofs.js";
import { MINUTE, NEXT, PASSWORD, SYSTEM } from "../support/secured.js";
import { dump, postgresOf, rowsIn, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

/** Everything that is said on the console while it works. */
function listening() {
  const said: unknown[] = [];
  const spies = (["log", "info", "warn", "error", "debug", "trace"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...args: readonly unknown[]) => void said.push(args)),
  );
  return { said, stop: () => spies.forEach((spy) => spy.mockRestore()) };
}

const textOf = (values: readonly unknown[]): string =>
  values.map((value) => `${inspect(value, { depth: 20, showHidden: true })} ${JSON.stringify(value) ?? ""}`).join("\n");

describe.each(servers)("what was sent, on %s", (driver) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(driver);
  });
  afterAll(() => world.close());

  /** Every row of every table of the database, whoever made it, as text. */
  const everyRow = async (): Promise<string> => {
    const { database } = postgresOf(world);
    const tables = await rowsIn(
      database,
      "select table_schema || '.' || quote_ident(table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')",
    );
    expect(tables.map(({ name }) => String(name))).toEqual(expect.arrayContaining(["public.denizen_events", "public.denizen_deliveries"]));
    const rows = await Promise.all(tables.map(({ name }) => rowsIn(database, `select to_jsonb(t)::text as row from ${String(name)} t`)));
    return rows.flatMap((all) => all.map(({ row }) => String(row))).join("\n");
  };

  /** Sends and uses one of every kind; every answer is kept but those whose business it is to be secret. */
  const story = async (here: Proving, keep: (value: unknown) => void): Promise<void> => {
    const { application, clock } = here;
    const { commands } = application;
    const fresh = await newcomer(here, { password: PASSWORD });
    const verify = await sentTo(here, fresh.email, "verify-email");
    keep(await commands.verifyEmail({ link: verify.link }));
    keep(await commands.verifyEmail({ email: fresh.email, code: wrongOf(verify.code) }));
    const user = await inhabitant(here);
    const logIn = await asked(here, "log-in", user.email);
    keep(await commands.resetPassword({ link: logIn.link, password: NEXT }));
    keep(await commands.logInWithCode({ email: user.email, code: `${logIn.code}0` }));
    // Into the wrong fields.
    whatever(await commands.logIn({ identifier: logIn.link, password: logIn.code }));
    whatever(await commands.logInWithCode({ identifier: logIn.code, code: logIn.link }));
    keep(await commands.refresh({ refreshToken: logIn.link }));
    keep(await commands.acceptInvitation({ link: logIn.code, password: NEXT }));
    keep(await application.as(SYSTEM).commands.suspendAccount({ id: logIn.link }));
    (await commands.logInWithLink({ link: logIn.link, device: "a laptop" }))._unsafeUnwrap();
    const next = newEmail("next");
    clock.advance(MINUTE);
    const own = application.as(user.actor).commands;
    (await own.requestEmailChange({ email: next }))._unsafeUnwrap();
    keep(await own.confirmEmailChange({ code: (await sentTo(here, next, "change-email")).code }));
    keep(await commands.revertEmailChange({ link: (await sentTo(here, user.email, "revert-email")).link }));
    const reset = await asked(here, "reset-password", user.email);
    keep(await commands.resetPassword({ email: user.email, code: reset.code, password: "short" }));
    keep(await commands.resetPassword({ email: user.email, code: reset.code, password: NEXT }));
    const guest = newEmail("guest");
    keep(
      await application.as(SYSTEM).commands.inviteUser({ name: "Guest", emails: [guest], role: "user" }, { commandId: `invite-${guest}` }),
    );
    keep(await commands.acceptInvitation({ link: (await sentTo(here, guest, "invitation")).link, password: NEXT }));
    await guarded(here);
    await delivered(here);
  };

  test("is found in no row of any table, in no event, answer or report, and on no console: neither a code nor a link", async () => {
    const reports: unknown[] = [];
    const here = proving(world.store, { onError: (error) => reports.push(error) });
    const { said, stop } = listening();
    const seen: unknown[] = [];
    here.application.bus.subscribe("*", (event) => seen.push(event));
    here.application.inTransaction.subscribe("*", (event) => void seen.push(event));
    try {
      await story(here, (value) => seen.push(value));
    } finally {
      stop();
    }
    const text = [textOf(seen), textOf(said), textOf(reports), await everyRow()].join("\n");
    expect(text).toContain("challenge-issued");
    const secrets = here.post.letters.flatMap(({ code, link }) => [code, link, link?.split(".").at(-1)]);
    const known = secrets.filter((secret): secret is string => secret !== undefined);
    expect(known.length).toBeGreaterThan(20);
    for (const secret of known) expect(text).not.toContain(secret);
  });

  test("does not show in a message either, whoever prints it", async () => {
    const printed: string[] = [];
    const silent = proving(world.store);
    const here = proving(world.store, {
      clock: silent.clock,
      messages: {
        send: (message, sending) => {
          printed.push(inspect(message, { depth: 20, showHidden: true }), JSON.stringify(message), String(message.code?.text));
          return silent.post.send(message, sending);
        },
      },
    });
    const email = newEmail("printed");
    (await here.application.commands.signUp({ name: "Somebody", emails: [email] }))._unsafeUnwrap();
    await delivered(here);
    const { code = "none", link = "none" } = silent.post.last({ to: email }) ?? {};
    expect(printed.join("\n")).toContain(email);
    expect(printed.join("\n")).not.toContain(code);
    expect(printed.join("\n")).not.toContain(link);
  });

  test("leaves no address behind when its user is erased: not in rows, the log, deliveries or counters", async () => {
    const here = proving(world.store);
    const { application, clock } = here;
    const user = await inhabitant(here);
    await asked(here, "log-in", user.email);
    const next = newEmail("next");
    clock.advance(MINUTE);
    const own = application.as(user.actor).commands;
    (await own.requestEmailChange({ email: next }))._unsafeUnwrap();
    (await own.confirmEmailChange({ link: (await sentTo(here, next, "change-email")).link }))._unsafeUnwrap();
    clock.advance(MINUTE);
    // Still on its way when he is erased.
    (await application.commands.requestPasswordReset({ email: next }))._unsafeUnwrap();
    (await application.as(SYSTEM).commands.eraseUser({ id: user.id }))._unsafeUnwrap();
    await delivered(here);
    const rows = JSON.stringify(await dump(postgresOf(world).database));
    expect(rows).toContain(user.id);
    for (const address of [user.email, next]) expect(rows).not.toContain(address);
    expect(here.post.all({ to: next, kind: "reset-password" })).toEqual([]);
  });
});
