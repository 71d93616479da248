import type { ProfileFilter, ProfileRow, ProfileSort } from "denizen/ports";
import { equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { inThisOrder, page } from "./listing.js";
import type { Listing } from "./listing.js";
import { userPart } from "./people.js";
import type { Person } from "./people.js";
import { AT, later } from "./world.js";
import type { World } from "./world.js";

const listing = (world: World): Listing<ProfileRow, ProfileFilter, ProfileSort> => ({
  ask: async (query) => okOf(await world.store.queries.profiles(query), "profiles"),
  valueOf: (row, sort) => (sort === "createdAt" ? row.createdAt : sort === "username" ? (row.username ?? "") : (row.name?.display ?? "")),
});

const profile = async (world: World, id: string): Promise<ProfileRow | undefined> =>
  okOf(await world.store.queries.profile(world.tenant, id), "profile");

async function users(world: World, ...people: readonly Person[]): Promise<readonly string[]> {
  // Ids in order, so that equal values come in the order of the list.
  const ids = people.map(() => world.id()).sort();
  await world.given(...people.map((person, index) => userPart(world, ids[index] ?? "", person)));
  return ids;
}

const NOBODY: ProfileRow = { id: "", name: null, username: null, emails: [], phones: [], attributes: {}, createdAt: AT };

export const profiles: Group = {
  "a profile has what the user has said of himself": async (world) => {
    const attributes = { plan: "pro", tags: ["a", null], nested: { deep: [1.5, true] } };
    const [id = "", plain = ""] = await users(
      world,
      {
        name: { display: "Ada Lovelace", given: "Ada", family: "Lovelace" },
        username: "ada",
        emails: ["Ada@example.com", "countess@example.com"],
        phones: ["+34600123456", "+34600123457"],
        verified: ["countess@example.com", "+34600123456"],
        attributes,
        createdAt: later(0.123),
      },
      { name: "Grace 🪐" },
    );
    equal(await profile(world, id), {
      id,
      name: { display: "Ada Lovelace", given: "Ada", family: "Lovelace" },
      username: "ada",
      emails: [
        { address: "Ada@example.com", primary: true, verified: false },
        { address: "countess@example.com", primary: false, verified: true },
      ],
      phones: [
        { address: "+34600123456", primary: true, verified: true },
        { address: "+34600123457", primary: false, verified: false },
      ],
      attributes,
      createdAt: later(0.123),
    });
    equal(await profile(world, plain), { ...NOBODY, id: plain, name: { display: "Grace 🪐" } });
  },

  "a user of whom nothing is known has an empty profile": async (world) => {
    const [id = ""] = await users(world, {});
    equal(await profile(world, id), { ...NOBODY, id });
  },

  "nobody's profile, a removed user's and another tenant's are not there": async (world) => {
    const [id = "", removed = ""] = await users(world, { name: "Ada" }, { name: "Grace", removedAt: later(1) });
    const other = world.elsewhere();
    await users(other, { name: "Edsger" });
    equal([await profile(world, world.id()), await profile(world, removed), await profile(other, id)], [undefined, undefined, undefined]);
    equal(await page(world, listing(world), {}, { sort: "createdAt" }), [id]);
    equal((await listing(world).ask({ ...ASKED, tenant: world.tenant })).total, 1);
  },

  "a list has whole profiles": async (world) => {
    const [one = "", other = ""] = await users(
      world,
      { name: "Ada", username: "ada", emails: ["a@example.com"], verified: ["a@example.com"], phones: ["+34600123456"] },
      { attributes: { a: 1 } },
    );
    equal(await listing(world).ask({ ...ASKED, tenant: world.tenant }), {
      rows: [await profile(world, one), await profile(world, other)],
      total: 2,
    });
  },

  "a list of nobody is empty": async (world) => {
    equal(await listing(world).ask({ ...ASKED, tenant: world.tenant }), { rows: [], total: 0 });
    equal(await page(world, listing(world), {}, { sort: "name" }), []);
  },

  "by time of creation, to the millisecond; who came at once is in order of ids": async (world) => {
    const times = [later(2), later(0.001), AT, later(1), AT, later(-86_400), AT];
    const [a, b, c, d, e, f, g] = await users(world, ...times.map((createdAt) => ({ createdAt })));
    await inThisOrder(world, listing(world), {}, "createdAt", ordered(f, c, e, g, b, d, a));
  },

  "by username, by code point; who has none comes first": async (world) => {
    const names = ["zoe", undefined, "ada", "ada.1", "ada_1", "ångström", "ada-1", "ada1", undefined, "日本"];
    const people = names.map((username) => (username === undefined ? {} : { username }));
    const [zoe, none, ada, dot, underscore, ang, minus, one, none2, japan] = await users(world, ...people);
    const expected = ordered(none, none2, ada, minus, dot, one, underscore, zoe, ang, japan);
    await inThisOrder(world, listing(world), {}, "username", expected);
  },

  "by name, by code point, astral characters last; who has none comes first": async (world) => {
    const names = ["b", "B", "é", "a b", "ab", "a", undefined, "𠮷", "ｆ", "🪐", "z", "a"];
    const people = names.map((name) => (name === undefined ? {} : { name }));
    const [b, B, accent, space, ab, a, none, ideograph, wide, planet, z, a2] = await users(world, ...people);
    await inThisOrder(world, listing(world), {}, "name", ordered(none, B, a, a2, space, ab, b, z, accent, wide, planet, ideograph));
  },

  "by whether the primary address is verified, which it is not where there is none": async (world) => {
    const [mail, phone, second, both, none] = await users(
      world,
      { emails: ["a@example.com"], verified: ["a@example.com"] },
      { phones: ["+34600123456"], verified: ["+34600123456"] },
      { emails: ["b@example.com", "c@example.com"], phones: ["+34600123457", "+34600123458"], verified: ["c@example.com", "+34600123458"] },
      { emails: ["d@example.com"], phones: ["+34600123459"], verified: ["d@example.com", "+34600123459"] },
      {},
    );
    const where = (filter: ProfileFilter, ...ids: readonly (string | undefined)[]) =>
      inThisOrder(world, listing(world), filter, "createdAt", ordered(...ids));
    await where({ emailVerified: true }, mail, both);
    await where({ emailVerified: false }, phone, second, none);
    await where({ phoneVerified: true }, phone, both);
    await where({ phoneVerified: false }, mail, second, none);
    await where({ emailVerified: true, phoneVerified: true }, both);
    await where({ emailVerified: false, phoneVerified: true }, phone);
    await where({}, mail, phone, second, both, none);
  },

  "a page goes on after a row that is not there any more": async (world) => {
    const [ada, , grace] = await users(world, { name: "Ada" }, { name: "Edsger", removedAt: later(1) }, { name: "Grace" });
    const after = { value: "Edsger", id: "0" };
    equal(await page(world, listing(world), {}, { sort: "name", from: { after } }), [grace]);
    equal(await page(world, listing(world), {}, { sort: "name", direction: "descending", from: { after } }), [ada]);
  },
};

const ASKED = { filter: {}, sort: "createdAt", direction: "ascending", limit: 100, from: { offset: 0 } } as const;

/** Rows of a destructured list, none of which is missing. */
const ordered = (...ids: readonly (string | undefined)[]): readonly string[] => ids.map((id) => id ?? "");
