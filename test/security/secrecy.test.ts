import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { domainError, err, Secret } from "denizen";
import { enrolPin, newName, secured, signUp, SYSTEM } from "../support/secured.js";
import { dump, postgresOf, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";
import { whatever } from "../support/codes.js";
import { servers } from "../support/drivers.js";

/** Everything that is said while it works: on the console, and in what it answers. */
function listening() {
  const said: unknown[] = [];
  const spies = (["log", "info", "warn", "error", "debug", "trace"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...args: readonly unknown[]) => void said.push(args)),
  );
  const written = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      said.push(String(chunk));
      return true;
    }),
  );
  return {
    said,
    stop: () => {
      for (const spy of [...spies, ...written]) spy.mockRestore();
    },
  };
}

const textOf = (values: readonly unknown[]): string =>
  values.map((value) => `${inspect(value, { depth: 20, showHidden: true })} ${JSON.stringify(value) ?? ""}`).join("\n");

describe.each(servers)("a marker secret on %s", (driver) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(driver);
  });
  afterAll(() => world.close());

  /** What can be read of a run: events as subscribers hear them, what was said, and every column of every table. */
  const run = async (work: (here: ReturnType<typeof secured>, keep: (value: unknown) => void) => Promise<void>): Promise<string> => {
    const here = secured(world.store, { accounts: { secondFactors: ["pin"], setAccountPassword: true } });
    const { said, stop } = listening();
    const seen: unknown[] = [];
    here.application.bus.subscribe("*", (event) => seen.push(event));
    here.application.inTransaction.subscribe("*", (event) => void seen.push(event));
    try {
      await work(here, (value) => seen.push(value));
    } finally {
      stop();
    }
    const tables = await dump(postgresOf(world).database);
    expect(Object.keys(tables)).toEqual(
      expect.arrayContaining(["denizen_events", "denizen_sessions", "denizen_vault", "denizen_attempts"]),
    );
    return `${textOf(seen)}\n${textOf(said)}\n${JSON.stringify(tables)}`;
  };

  test("that is a password, put in by any path and into any field, is found nowhere", async () => {
    const marker = `Xyzzy-marker-${newName("password")}-4711`;
    const text = await run(async ({ application }, keep) => {
      const email = `${newName("marked")}@example.com`;
      const answer = (await application.commands.signUp({ name: "Marked", emails: [email], password: marker }))._unsafeUnwrap();
      const tokens = answer.status === "signed-in" ? answer : undefined;
      const actor = (await application.authenticate(tokens?.accessToken ?? ""))._unsafeUnwrap();
      const own = application.as(actor);
      const system = application.as(SYSTEM).commands;
      const loose = application.commands;
      keep(await loose.signUp({ name: "Again", emails: [email], password: marker }));
      keep(await loose.signUp({ name: "Short", emails: ["short@example.com"], password: `${marker}${"x".repeat(5000)}` }));
      keep(await loose.signUp({ name: "Twice", username: marker, password: marker }));
      keep(
        await loose
          .signUp({ name: "Secret", emails: [`${newName("s")}@example.com`], password: new Secret(marker) })
          .map(({ status }) => status),
      );
      keep(await loose.logIn({ email, password: marker }).map(({ status }) => status));
      keep(await loose.logIn({ email, password: `${marker}?` }));
      // Into the wrong fields: an answer may show its own caller what he typed where no secret belongs, and nobody else.
      whatever(await loose.logIn({ identifier: marker, password: marker }));
      whatever(await loose.logIn({ email: marker, password: "x" }));
      whatever(await loose.logIn({ username: marker, password: "x" }));
      whatever(await loose.logIn({ identifier: "nobody", password: "x", trustedDevice: marker }));
      keep(await loose.completeLogIn({ pending: marker, password: marker }));
      keep(await loose.refresh({ refreshToken: marker }));
      keep(await loose.logOut({ refreshToken: marker }));
      keep(await application.authenticate(marker));
      keep(await own.commands.revokeSession({ sessionId: marker }));
      keep(await own.queries.accounts({ after: marker }));
      keep(await system.suspendAccount({ id: marker }));
      keep(await own.commands.changePassword({ current: marker, next: marker }));
      keep(await own.commands.changePassword({ current: `${marker}-wrong`, next: `${marker}-2` }));
      keep(await own.commands.changePassword({ current: marker, next: `${marker}-2` }));
      keep(await system.setAccountPassword({ id: actor.id, password: `${marker}-3` }));
      keep(await system.createAccount({ name: "Made", emails: [`${newName("m")}@example.com`], role: "user", password: marker }));
      keep(await loose.activateOwn({ email, password: marker }));
      keep(await loose.deactivateOwn({ email, password: `${marker}-3` }));
      keep(await system.activateAccount({ id: actor.id }));
      application.inTransaction.subscribe("user-created", () => err(domainError("no", "not today")));
      keep(await loose.signUp({ name: "Vetoed", emails: ["vetoed@example.com"], password: marker }));
      keep([await application.as(SYSTEM).queries.accounts(), await application.as(SYSTEM).queries.profiles()]);
    });
    expect(text).toContain("sessions-ended");
    expect(text).not.toContain(marker);
    expect(text.toLowerCase()).not.toContain(marker.toLowerCase());
  });

  test("that is a token of a session, a trusted device or a pending log-in is found nowhere, nor is any part that opens", async () => {
    const secrets: string[] = [];
    const text = await run(async ({ application }, keep) => {
      const user = await signUp(application);
      await enrolPin(application, user.id);
      const asked = (await application.commands.logIn({ email: user.email, password: "correct horse battery staple" }))._unsafeUnwrap();
      const pending = asked.status === "second-factor-required" ? asked.pending : "";
      const second = (await application.commands.completeLogIn({ pending, pin: "1843:1", device: "Ada's laptop" }))._unsafeUnwrap();
      const next = (await application.commands.refresh(second))._unsafeUnwrap();
      const { application: same } = secured(world.store);
      for (const { accessToken, refreshToken } of [user.tokens, second, next]) secrets.push(accessToken, refreshToken);
      secrets.push(pending, user.tokens.trustedDevice, second.trustedDevice);
      // Each into every door, the wrong ones included.
      for (const token of [...secrets]) {
        keep(await application.authenticate(token));
        whatever(await application.commands.logIn({ identifier: token, password: token, trustedDevice: token }));
        keep(await application.commands.logIn({ email: user.email, password: token, trustedDevice: user.tokens.trustedDevice }));
        keep(await application.commands.completeLogIn({ pending: token, pin: token }));
        keep(await application.as(SYSTEM).queries.accounts({ after: token }));
        keep(await same.as(SYSTEM).commands.suspendAccount({ id: token }));
      }
      keep(await application.as(user.actor).commands.listSessions());
      keep(await application.as(user.actor).commands.revokeSession({ sessionId: second.sessionId }));
      keep(await application.commands.refresh(second));
      keep(await application.commands.logOut(user.tokens));
    });
    expect(text).toContain("Ada's laptop");
    for (const secret of secrets) {
      expect(text).not.toContain(secret);
      // The family and the secret of a token, the signature of a seal: whoever reads a table has none of them. A trusted device
      // is told apart by a name, which is no secret: its seal is.
      const parts = secret.replace(/^d[arp]_/, "").split(".");
      const opens = parts.filter((part, index) => /^[0-9a-f]{32,}$/.test(part) && (secret.startsWith("d") || index === parts.length - 1));
      expect(opens.length).toBeGreaterThan(0);
      for (const part of opens) expect(text).not.toContain(part);
    }
  });

  test("that is a PIN is in the vault alone", async () => {
    await run(async ({ application }, keep) => {
      const user = await signUp(application);
      await enrolPin(application, user.id, "9071");
      keep(await application.commands.logIn({ email: user.email, pin: "9071:1" }).map(({ status }) => status));
    });
    const { denizen_vault: vault, ...others } = await dump(postgresOf(world).database);
    expect(vault?.join()).toContain("9071:");
    expect(JSON.stringify(others)).not.toContain("9071:");
  });
});
