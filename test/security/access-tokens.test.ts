import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import { AUDIENCE, encoded, forged, HS256, ISSUER, keysOf, pairOf, SECRET, tokensOf } from "../support/access-tokens.js";
import { actorOf, grant, liveSessions, logIn, MINUTE, NEXT, PASSWORD, secured, signUp, signUpAs, SYSTEM } from "../support/secured.js";
import type { SecuredApplication } from "../support/secured.js";
import { fifty, worldOn } from "../support/worlds.js";
import type { Place, World } from "../support/worlds.js";

const TOKENS = [
  ["opaque", () => Promise.resolve(undefined)],
  ["signed", async () => tokensOf(HS256)],
  ["signed with a key pair", async () => tokensOf(keysOf({ algorithm: "EdDSA", privateKey: (await pairOf("EdDSA")).pkcs8 }))],
] as const;

describe.each<Place>(["memory", "node-postgres"])("access tokens say who, not what, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  describe.each(TOKENS)("%s", (kind, make) => {
    const start = async () => {
      const accessTokens = await make();
      return secured(world.store, accessTokens === undefined ? {} : { accessTokens });
    };

    test("a demoted administrator's token administers no more, from the next command on", async () => {
      const { application } = await start();
      const [admin, victim] = [await signUpAs(application, "admin"), await signUp(application)];
      const doors = application.as(admin.actor);
      expect(codeOf(await doors.queries.accounts({ limit: 1 }))).toBe("ok");
      (await application.as(SYSTEM).commands.revokeRole({ id: admin.id, role: "admin" }))._unsafeUnwrap();
      const again = application.as(await actorOf(application, admin.tokens));
      for (const scope of [doors, again]) {
        expect(codeOf(await scope.queries.accounts({ limit: 1 }))).toBe("not-authorized");
        expect(codeOf(await scope.queries.profile({ id: victim.id }))).toBe("not-authorized");
        expect(codeOf(await scope.commands.suspendAccount({ id: victim.id }))).toBe("not-authorized");
        expect(codeOf(await scope.commands.grantRole({ id: victim.id, role: "user" }))).toBe("not-authorized");
        expect(codeOf(await scope.commands.createAccount({ name: "Nobody", role: "user" }))).toBe("not-authorized");
        expect(codeOf(await scope.unitOfWork().commands.suspendAccount({ id: victim.id }))).toBe("not-authorized");
      }
      // The session goes on: it is no one's but his.
      expect(codeOf(await doors.commands.currentAccount())).toBe("ok");
    });

    test("a promotion counts for the actor that was made before it", async () => {
      const { application } = await start();
      const [user, other] = [await signUp(application), await signUp(application)];
      expect(codeOf(await application.as(user.actor).commands.suspendAccount({ id: other.id }))).toBe("not-authorized");
      await grant(application, user.id, "admin");
      expect(codeOf(await application.as(user.actor).commands.suspendAccount({ id: other.id }))).toBe("ok");
    });

    const asked = async (application: SecuredApplication, actor: Awaited<ReturnType<typeof actorOf>>, id: string) => {
      const doors = application.as(actor);
      const { commands, queries } = doors;
      await using unit = doors.unitOfWork();
      return [
        await commands.currentAccount(),
        await commands.changePassword({ current: PASSWORD, next: NEXT }),
        await commands.setUsername({ username: "somebody-else" }),
        await commands.listSessions(),
        await commands.revokeSession({ sessionId: actor.session }),
        await commands.revokeOtherSessions(),
        await commands.createAccount({ name: "Nobody", role: "user" }),
        await commands.activateAccount({ id }),
        await commands.suspendAccount({ id }),
        await commands.grantRole({ id, role: "user" }),
        await commands.revokeRole({ id, role: "user" }),
        await queries.account(),
        await queries.account({ id }),
        await queries.accounts(),
        await queries.profile(),
        await queries.profiles(),
        await unit.commands.suspendAccount({ id }),
        await unit.commands.setUsername({ username: "somebody-else" }),
        await unit.commands.revokeOtherSessions(),
      ].map(codeOf);
    };

    test("a revoked session's token is refused by every command and query that asks who", async () => {
      const here = await start();
      const { application } = here;
      const [admin, other] = [await signUpAs(application, "admin"), await signUp(application)];
      const accounts = await world.store.queries.account("default", other.id);
      (await application.commands.logOut(admin.tokens))._unsafeUnwrap();
      // A signed token is good for what the host checks by itself until it expires; denizen looks.
      expect(codeOf(await application.authenticate(admin.tokens.accessToken))).toBe(kind === "opaque" ? "access-token-invalid" : "ok");
      const codes = await asked(application, admin.actor, other.id);
      expect(new Set(codes)).toEqual(new Set(["not-authenticated"]));
      expect(await world.store.queries.account("default", other.id)).toEqual(accounts);
      expect(await liveSessions(here, admin.id)).toEqual([]);
    });

    test("so is a suspended administrator's, and one's whose password was changed elsewhere", async () => {
      const { application } = await start();
      const [admin, other] = [await signUpAs(application, "admin"), await signUp(application)];
      const elsewhere = await logIn(application, admin.email);
      const changed = application.as(await actorOf(application, elsewhere)).commands.changePassword({ current: PASSWORD, next: NEXT });
      expect(codeOf(await changed)).toBe("ok");
      expect(new Set(await asked(application, admin.actor, other.id))).toEqual(new Set(["not-authenticated"]));
      const spared = await actorOf(application, elsewhere);
      (await application.as(SYSTEM).commands.suspendAccount({ id: admin.id }))._unsafeUnwrap();
      expect(new Set(await asked(application, spared, other.id))).toEqual(new Set(["not-authenticated"]));
    });

    test("a token of another tenant's says nobody here, although the ids are equal", async () => {
      const { application } = await start();
      const admin = await signUpAs(application, "admin");
      const elsewhere = application.tenant("elsewhere");
      expect(codeOf(await elsewhere.authenticate(admin.tokens.accessToken))).toBe("access-token-invalid");
      expect(codeOf(await elsewhere.commands.refresh(admin.tokens))).toBe("refresh-token-invalid");
      for (const doors of [elsewhere.as(admin.actor), application.as(admin.actor).tenant("elsewhere")]) {
        expect(codeOf(await doors.queries.accounts())).toBe("invalid-scope");
        expect(codeOf(await doors.commands.suspendAccount({ id: admin.id }))).toBe("invalid-scope");
        expect(codeOf(await doors.commands.logIn({ email: admin.email, password: PASSWORD }))).toBe("invalid-scope");
        expect(codeOf(await doors.startSession([]))).toBe("invalid-scope");
      }
    });

    test("an actor cannot be made from a request body", async () => {
      const { application } = await start();
      const admin = await signUpAs(application, "admin");
      const bodies: readonly unknown[] = [
        { ...admin.actor },
        structuredClone(admin.actor),
        JSON.parse(JSON.stringify(admin.actor)),
        Object.create(admin.actor),
        new Proxy(admin.actor, {}),
        { kind: "system", id: "tests" },
        admin.id,
        null,
        undefined,
      ];
      for (const body of bodies) {
        // The compiler refuses all of them; a request knows no compiler.
        const doors = application.as(body as typeof admin.actor);
        expect(codeOf(await doors.commands.currentAccount())).toBe("invalid-scope");
        expect(codeOf(await doors.commands.suspendAccount({ id: admin.id }))).toBe("invalid-scope");
      }
      expect(Object.isFrozen(admin.actor)).toBe(true);
    });

    test("the tokens of a session end with it, and each refresh gives another", async () => {
      const { application, clock } = await start();
      const user = await signUp(application);
      clock.advance(1000);
      const next = (await application.commands.refresh(user.tokens))._unsafeUnwrap();
      expect(next.accessToken).not.toBe(user.tokens.accessToken);
      expect((await actorOf(application, next)).session).toBe(user.tokens.sessionId);
      clock.advance(15 * MINUTE);
      expect(codeOf(await application.authenticate(next.accessToken))).toBe("access-token-invalid");
    });

    test("50 refreshes at once: one session, one refresh token, and every access token says the same", async () => {
      const { application } = await start();
      const user = await signUp(application);
      const answers = (await fifty(() => application.commands.refresh(user.tokens))).map((answer) => answer._unsafeUnwrap());
      expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
      for (const answer of answers.slice(0, 5)) expect(await actorOf(application, answer)).toEqual(user.actor);
    });
  });

  test("a signed token that somebody else has written says nobody", async () => {
    const { application, clock } = secured(world.store, { accessTokens: tokensOf(HS256) });
    const admin = await signUpAs(application, "admin");
    const now = clock.now() / 1000;
    const payload = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: admin.id,
      sid: admin.actor.session,
      tnt: "default",
      sv: 1,
      iat: now,
      exp: now + 600,
    };
    const header = { alg: "HS256", kid: "k1", typ: "at+jwt" };
    expect(codeOf(await application.authenticate(forged(header, payload)))).toBe("ok");
    const hostile = [
      `${encoded({ ...header, alg: "none" })}.${encoded(payload)}.`,
      forged({ ...header, jku: "https://evil.example.com/keys" }, payload),
      forged({ ...header, crit: ["exp2"], exp2: 1 }, payload),
      forged({ ...header, kid: "k2" }, payload),
      forged({ ...header, typ: "JWT" }, payload),
      forged(header, { ...payload, tnt: "elsewhere" }),
      forged(header, { ...payload, iss: "https://evil.example.com" }),
      forged(header, { ...payload, aud: "https://evil.example.com" }),
      forged(header, { ...payload, exp: now }),
      forged(header, payload, () => encoded(SECRET)),
      admin.tokens.refreshToken,
      "x".repeat(1_000_000),
      "",
    ];
    for (const token of hostile) expect(codeOf(await application.authenticate(token))).toBe("access-token-invalid");
    // What a token says of roles is nobody's business.
    const boasting = forged(header, { ...payload, role: "super-admin", roles: ["super-admin"], scope: "admin" });
    const actor = (await application.authenticate(boasting))._unsafeUnwrap();
    expect(actor).toEqual({ kind: "user", id: admin.id, tenant: "default", session: admin.actor.session });
  });
});
