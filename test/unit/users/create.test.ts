import { describe, expect, test } from "vitest";
import { Application, attempt, ok } from "denizen";
import { memory } from "denizen/memory";
import { fastHasher } from "denizen/testing";
import { codeOf } from "../../support/codes.js";
import { PASSWORD, people } from "../../support/people.js";

describe("a user", () => {
  test("is created in one checked call, and found with everything that was given", async () => {
    const { application, id } = await people();
    await using users = application.users();
    const ada = (await users.read({ id }))._unsafeUnwrap();
    expect({ ...ada.name }).toMatchObject({ display: "Ada Lovelace" });
    expect([ada.username, ada.primaryEmail, ada.primaryPhone, ada.password]).toEqual(["ada", "ada@example.com", "+34600123456", "******"]);
    expect(ada.emails).toEqual([{ value: "ada@example.com", primary: true, verifiedAt: null }]);
    expect(ada.credentials.map(({ kind, label }) => [kind, label])).toEqual([
      ["password", null],
      ["pin", "ends in 3"],
    ]);
    expect([ada.createdAt, ada.removedAt]).toEqual(["2026-01-01T00:00:00.000Z", null]);
  });

  test("is created step by step with the same result", async () => {
    const application = new Application({ store: memory(), passwordHasher: fastHasher() });
    const id = await attempt(async function* () {
      await using users = application.users();
      const user = yield* users.create({ name: "John Doe" });
      yield* user.setPassword(PASSWORD);
      yield* user.addEmail("john@doe.com");
      yield* user.addEmail("john@work.com");
      yield* user.addPhone("+34 600 123 456");
      yield* user.setUsername("John");
      yield* users.save(user);
      return ok(user.id);
    });
    await using users = application.users();
    const user = (await users.read({ id: id._unsafeUnwrap() }))._unsafeUnwrap();
    expect(user.emails.map(({ value, primary }) => [value, primary])).toEqual([
      ["john@doe.com", true],
      ["john@work.com", false],
    ]);
    expect([user.username, user.primaryPhone]).toEqual(["john", "+34600123456"]);
    expect((await user.verify({ password: PASSWORD })).isOk()).toBe(true);
  });

  test.each([
    [{ name: "" }, "name-invalid"],
    [{ name: "Ada", emails: ["no address"] }, "email-invalid"],
    [{ name: "Ada", emails: ["a@b.com", "A@B.com"] }, "address-already-added"],
    [{ name: "Ada", emails: Array.from({ length: 21 }, (_, index) => `a${index}@b.com`) }, "invalid-argument"],
    [{ name: "Ada", phones: ["123"] }, "phone-invalid"],
    [{ name: "Ada", username: "admin" }, "username-invalid"],
    [{ name: "Ada", username: "+34600123456" }, "username-invalid"],
    [{ name: "Ada", password: "short" }, "password-rejected"],
    [{ name: "Ada", password: "password123" }, "password-rejected"],
    [{ name: "Augusta King", password: "augusta king" }, "password-rejected"],
    [{ name: "Ada", id: "" }, "user-id-invalid"],
    [{ name: "Ada", id: "a b" }, "user-id-invalid"],
  ])("is not created of %o", async (input, code) => {
    const { application } = await people();
    await using users = application.users();
    expect(codeOf(await users.create(input))).toBe(code);
    expect((await users.save())._unsafeUnwrap().position).toBeNull();
  });

  test("takes the explicit fields alone: nobody makes itself verified, removed or somebody else", async () => {
    const { application } = await people();
    await using users = application.users();
    const input = {
      name: "Eve",
      emails: ["eve@example.com"],
      verified: true,
      roles: ["admin"],
      removedAt: "2020-01-01",
      credentials: [{}],
      version: 9,
    };
    const eve = (await users.create(input))._unsafeUnwrap();
    expect([eve.emails[0]?.verifiedAt, eve.removedAt, eve.credentials, eve.version]).toEqual([null, null, [], 2]);
    expect(JSON.stringify(eve)).not.toContain("admin");
  });

  test("may have an id of the host's own, once", async () => {
    const { application } = await people();
    const create = async (id: unknown) => {
      await using users = application.users();
      const user = (await users.create({ name: "Grace", id: id as string }))._unsafeUnwrap();
      return [user.id, codeOf(await users.save(user))];
    };
    expect(await create("legacy-7")).toEqual(["legacy-7", "ok"]);
    expect(await create(42)).toEqual(["42", "ok"]);
    expect(await create("legacy-7")).toEqual(["legacy-7", "id-taken"]);
  });
});

describe("a user is read", () => {
  test.each([
    [{ email: "ADA@EXAMPLE.COM" }],
    [{ username: "ADA" }],
    [{ phone: "+34 600 123 456" }],
    [{ name: "ada lovelace" }],
    [{ name: { given: "Ada", family: "Lovelace" } }],
  ])("by %o", async (criteria) => {
    const { application, id } = await people();
    await using users = application.users();
    expect((await users.read(criteria))._unsafeUnwrap().id).toBe(id);
  });

  test.each([{ id: "nobody" }, { email: "nobody@example.com" }, { username: "noone1" }, { phone: "+34600000000" }, { name: "Nobody" }])(
    "by %o, and is not there",
    async (criteria) => {
      const { application } = await people();
      await using users = application.users();
      expect(codeOf(await users.read(criteria))).toBe("user-not-found");
    },
  );

  test.each([
    [{ email: "no address" }, "email-invalid"],
    [{ username: "x y" }, "username-invalid"],
    [{ phone: "112" }, "phone-invalid"],
    [{ name: "" }, "name-invalid"],
    [{ id: "" }, "user-id-invalid"],
    [{}, "invalid-argument"],
    [{ id: "a", email: "b@c.com" }, "invalid-argument"],
    [{ password: PASSWORD }, "invalid-argument"],
    [null, "invalid-argument"],
    ["ada", "invalid-argument"],
  ])("by %o, which is no criterion", async (criteria, code) => {
    const { application } = await people();
    await using users = application.users();
    expect(codeOf(await users.read(criteria as never))).toBe(code);
  });

  test("by a name that several share, and is ambiguous; until one of them is removed", async () => {
    const { application } = await people();
    await using users = application.users();
    const other = (await users.create({ name: "Ada  LOVELACE" }))._unsafeUnwrap();
    expect((await users.save(other)).isOk()).toBe(true);
    expect(codeOf(await users.read({ name: "Ada Lovelace" }))).toBe("user-ambiguous");
    expect(users.remove(other).isOk()).toBe(true);
    expect((await users.save(other)).isOk()).toBe(true);
    await using again = application.users();
    expect(codeOf(await again.read({ name: "Ada Lovelace" }))).toBe("ok");
  });

  test("by a name that 50 people got at once, and none is lost", async () => {
    const { application } = await people();
    const ids = await Promise.all(
      Array.from({ length: 50 }, async () => {
        await using users = application.users();
        const user = (await users.create({ name: "Grace Hopper" }))._unsafeUnwrap();
        expect(codeOf(await users.save(user))).toBe("ok");
        return user.id;
      }),
    );
    for (const id of ids.slice(1)) {
      await using users = application.users();
      expect(codeOf(await users.read({ name: "Grace Hopper" }))).toBe("user-ambiguous");
      expect(users.remove((await users.read({ id }))._unsafeUnwrap()).isOk()).toBe(true);
      expect(codeOf(await users.save())).toBe("ok");
    }
    await using users = application.users();
    expect((await users.read({ name: "Grace Hopper" }))._unsafeUnwrap().id).toBe(ids[0]);
  });
});

describe("a user is saved", () => {
  test("by the unit that it is of, and by no other", async () => {
    const { application, id } = await people();
    await using users = application.users();
    await using others = application.users();
    const ada = (await users.read({ id }))._unsafeUnwrap();
    expect(ada.addEmail("ada@work.com").isOk()).toBe(true);
    expect(codeOf(await others.save(ada))).toBe("foreign-aggregate");
    expect(codeOf(others.remove(ada))).toBe("foreign-aggregate");
    expect(codeOf(await others.save(null as never))).toBe("foreign-aggregate");
    expect(codeOf(await users.save(ada))).toBe("ok");
    expect((await others.read({ email: "ada@work.com" }))._unsafeUnwrap().id).toBe(id);
  });

  test.each([
    [{ emails: ["ADA@example.com"] }, { code: "email-taken", email: "ada@example.com" }],
    [{ phones: ["+34 600 123 456"] }, { code: "phone-taken", phone: "+34600123456" }],
    [{ username: "Ada" }, { code: "username-taken", username: "ada" }],
    // Cyrillic а, which NFKC leaves as it is.
    [{ username: "\u0430d\u0430" }, { code: "username-confusable" }],
  ])("but for %o, which somebody has", async (given, error) => {
    const { application } = await people();
    await using users = application.users();
    const eve = (await users.create({ name: "Eve", ...given }))._unsafeUnwrap();
    expect((await users.save(eve))._unsafeUnwrapErr()).toMatchObject(error);
    await using again = application.users();
    expect(codeOf(await again.read({ id: eve.id }))).toBe("user-not-found");
  });

  test.each(["emails", "phones", "username"] as const)(
    "by one of 50 who want the same of %s at once, and no other leaves a row",
    async (field) => {
      const { application } = await people();
      const variants = {
        emails: [["eve@example.com"], ["Eve@example.com"], ["eve@EXAMPLE.com"]],
        phones: [["+34600999999"], ["+34 600 99 99 99"]],
        username: ["eve", "Eve", "EVE"],
      };
      const codes = await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          await using users = application.users();
          const eve = (
            await users.create({ name: `Eve ${index}`, [field]: variants[field][index % variants[field].length] })
          )._unsafeUnwrap();
          return codeOf(await users.save(eve));
        }),
      );
      expect(codes.filter((code) => code === "ok")).toHaveLength(1);
      const taken = { emails: "email-taken", phones: "phone-taken", username: "username-taken" }[field];
      expect(codes.filter((code) => code === taken)).toHaveLength(49);
      await using users = application.users();
      const found = await Promise.all(codes.map((_, index) => users.read({ name: `Eve ${index}` })));
      expect(found.filter((result) => result.isOk())).toHaveLength(1);
    },
  );
});

describe("a removed user", () => {
  test("is found by nothing, proves nothing, keeps its identifiers, and changes no more", async () => {
    const { application, store, id } = await people();
    await using users = application.users();
    const ada = (await users.read({ id }))._unsafeUnwrap();
    const credentials = ada.credentials.map((credential) => credential.id);
    expect(users.remove(ada).isOk()).toBe(true);
    expect(codeOf(users.remove(ada))).toBe("user-removed");
    expect(codeOf(await users.save(ada))).toBe("ok");
    await using again = application.users();
    for (const criteria of [
      { id },
      { email: "ada@example.com" },
      { username: "ada" },
      { phone: "+34600123456" },
      { name: "Ada Lovelace" },
    ]) {
      expect(codeOf(await again.read(criteria))).toBe("user-not-found");
    }
    for (const criteria of [{ id }, { email: "ada@example.com" }, { username: "ada" }, { phone: "+34600123456" }]) {
      expect(codeOf(await again.verify(criteria, { password: PASSWORD }))).toBe("invalid-credentials");
    }
    expect(codeOf(await ada.verify({ password: PASSWORD }))).toBe("invalid-credentials");
    for (const credential of credentials) expect((await store.vault.read("default", credential))._unsafeUnwrap()).toBeUndefined();
    const eve = (await again.create({ name: "Eve", emails: ["ada@example.com"] }))._unsafeUnwrap();
    expect(codeOf(await again.save(eve))).toBe("email-taken");
    const answers = [
      ada.rename("Eve"),
      await ada.setUsername("eve"),
      ada.removeUsername(),
      ada.addEmail("eve@example.com"),
      ada.removeEmail("ada@example.com"),
      ada.verifyEmail("ada@example.com"),
      ada.makePrimaryEmail("ada@example.com"),
      ada.addPhone("+34600999999"),
      ada.removePhone("+34600123456"),
      await ada.setPassword("another horse battery"),
      await ada.enrol("pin", "1815"),
      await ada.setAttributes({}),
      ada.removeCredential(credentials[0] ?? ""),
    ];
    expect(answers.map(codeOf)).toEqual(answers.map(() => "user-removed"));
  });
});

describe("addresses", () => {
  const open = async () => {
    const users = new Application({ store: memory() }).users();
    const user = (
      await users.create({ name: "Ada", emails: ["a@example.com", "b@example.com"], phones: ["+34600000001"] })
    )._unsafeUnwrap();
    return { users, user };
  };

  test("are there once, in whatever spelling", async () => {
    const { user } = await open();
    expect(codeOf(user.addEmail("A@Example.com"))).toBe("address-already-added");
    expect(codeOf(user.addPhone("+34 600 000 001"))).toBe("address-already-added");
  });

  test("are removed, the primary one last", async () => {
    const { user } = await open();
    expect(codeOf(user.removeEmail("A@example.com"))).toBe("address-is-primary");
    expect(codeOf(user.makePrimaryEmail("B@example.com"))).toBe("ok");
    expect(user.primaryEmail).toBe("b@example.com");
    expect(codeOf(user.removeEmail("A@example.com"))).toBe("ok");
    expect(codeOf(user.removeEmail("b@example.com"))).toBe("ok");
    expect([user.emails, user.primaryEmail]).toEqual([[], null]);
    expect(codeOf(user.removeEmail("b@example.com"))).toBe("address-unknown");
    expect(codeOf(user.addEmail("c@example.com"))).toBe("ok");
    expect(user.primaryEmail).toBe("c@example.com");
  });

  test("are verified once, with the time of it", async () => {
    const { users, user } = await open();
    expect(codeOf(user.verifyEmail("A@example.com"))).toBe("ok");
    expect(codeOf(user.verifyPhone("+34600000001"))).toBe("ok");
    const before = user.version;
    expect(codeOf(user.verifyEmail("a@example.com"))).toBe("ok");
    expect(user.version).toBe(before);
    expect(user.emails[0]?.verifiedAt).toMatch(/^\d{4}-/);
    expect(codeOf(user.verifyEmail("c@example.com"))).toBe("address-unknown");
    expect(codeOf(await users.save(user))).toBe("ok");
  });

  test("are at most twenty of a kind", async () => {
    const { user } = await open();
    for (let index = 0; index < 18; index++) expect(codeOf(user.addEmail(`more${index}@example.com`))).toBe("ok");
    expect(codeOf(user.addEmail("onemore@example.com"))).toBe("too-many-addresses");
  });

  test("given up are free for others, in the same commit too", async () => {
    const { application, id } = await people();
    await using users = application.users();
    const ada = (await users.read({ id }))._unsafeUnwrap();
    expect([codeOf(ada.removeEmail("ada@example.com")), codeOf(ada.removePhone("+34600123456")), codeOf(ada.removeUsername())]).toEqual([
      "ok",
      "ok",
      "ok",
    ]);
    const eve = (
      await users.create({ name: "Eve", username: "ada", emails: ["ada@example.com"], phones: ["+34600123456"] })
    )._unsafeUnwrap();
    expect(codeOf(await users.save(eve))).toBe("ok");
    await using again = application.users();
    expect((await again.read({ email: "ada@example.com" }))._unsafeUnwrap().id).toBe(eve.id);
  });
});
