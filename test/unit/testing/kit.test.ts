import { describe, expect, test } from "vitest";
import { Email, newRoot, PersonName, Secret, User, userBehaviour } from "denizen";
import { AssertionFailed, fastHasher, given, recordedEvents, seededRandom } from "denizen/testing";
import { Planet, planets } from "../../support/planets.js";

const mars = { type: "planet-formed", payload: { name: "Mars" } } as const;

describe("given … when … then", () => {
  test("passes when exactly these events were recorded", async () => {
    await given(planets, [mars])
      .when((planet) => planet.rename("Ares"))
      .then([{ type: "planet-renamed", payload: { name: "Ares" } }]);
    await given(planets, [])
      .when((planet) => {
        planet.form("Mars");
        return undefined;
      })
      .then([mars]);
    await given(planets, [mars])
      .when(() => undefined)
      .then([]);
  });

  test("passes when the decision was refused with this code", async () => {
    await given(planets, [mars])
      .when((planet) => planet.rename(""))
      .thenError("planet-name-missing");
  });

  test("works for users, whose decisions may take time", async () => {
    const users = { ...userBehaviour, from: (root: ConstructorParameters<typeof User>[0]) => new User(root) };
    const created = { type: "user-created", payload: { name: PersonName.parse("Ada")._unsafeUnwrap(), attributes: {} } } as const;
    const email = Email.parse("ada@example.com")._unsafeUnwrap();
    await given(users, [created])
      .when((user) => user.addEmail("ada@example.com"))
      .then([{ type: "email-added", payload: { email, primary: true } }]);
    await given(users, [created, { type: "user-removed", payload: {} }])
      .when((user) => user.setUsername("ada"))
      .thenError("user-removed");
  });

  test("fails when other events were recorded, none, or more", async () => {
    const renamed = given(planets, [mars]).when((planet) => planet.rename("Ares"));
    for (const expected of [[], [mars], [{ type: "planet-renamed", payload: { name: "Mars" } }] as const]) {
      await expect((async () => renamed.then(expected))()).rejects.toThrow(AssertionFailed);
    }
    await expect(renamed.thenError("planet-name-missing")).rejects.toThrow(AssertionFailed);
    const refused = given(planets, [mars]).when((planet) => planet.rename(""));
    await expect((async () => refused.then([]))()).rejects.toThrow("planet-name-missing");
  });

  test("awaited without a then it says so, and does not wait for ever", async () => {
    const decided: unknown = given(planets, [mars]).when((planet) => planet.rename("Ares"));
    await expect((async () => decided)()).rejects.toThrow("call .then");
  });
});

describe("the fakes", () => {
  test("recordedEvents shows what an aggregate has recorded, in order", () => {
    const planet = new Planet(newRoot(planets, { id: "4" }));
    planet.form("Mars");
    planet.capture("Phobos");
    expect(recordedEvents(planet).map(({ type, publisher }) => [type, publisher.id, publisher.version])).toEqual([
      ["planet-formed", "4", 1],
      ["moon-captured", "4", 2],
    ]);
  });

  test("the fast hasher is honest: salted, right for the right password alone, outdated when told, and it counts", async () => {
    const hasher = fastHasher();
    const hash = async (password: string) => (await hasher.hash(new Secret(password)))._unsafeUnwrap();
    const [one, other] = [await hash("secret one"), await hash("secret one")];
    expect(one).not.toBe(other);
    expect(one).not.toContain("secret");
    const verify = async (password: string, stored: string) => (await hasher.verify(new Secret(password), stored))._unsafeUnwrap();
    expect(await verify("secret one", other)).toEqual({ matches: true, outdated: false });
    expect(await verify("secret two", other)).toEqual({ matches: false, outdated: false });
    expect(await verify("secret one", "nonsense")).toMatchObject({ matches: false });
    hasher.outdate();
    expect(await verify("secret one", one)).toEqual({ matches: true, outdated: true });
    expect(await verify("secret one", await hash("secret one"))).toEqual({ matches: true, outdated: false });
    expect([hasher.recognises(one), hasher.recognises("$argon2id$")]).toEqual([true, false]);
    expect(hasher.calls).toEqual({ hash: 3, verify: 5 });
  });

  test("seeded randomness repeats itself, and is spread out", () => {
    const bytes = seededRandom(1).bytes(4096);
    expect(seededRandom(1).bytes(4096)).toEqual(bytes);
    expect(seededRandom(2).bytes(4096)).not.toEqual(bytes);
    expect(new Set(bytes).size).toBe(256);
  });
});
