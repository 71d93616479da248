import type { AccountState } from "denizen";
import type { AccountFilter, AccountRow, AccountSort } from "denizen/ports";
import { equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { inThisOrder, page } from "./listing.js";
import type { Listing } from "./listing.js";
import { accountPart, changed, signedUp, userPart } from "./people.js";
import { AT, later } from "./world.js";
import type { World } from "./world.js";

const listing = (world: World): Listing<AccountRow, AccountFilter, AccountSort> => ({
  ask: async (query) => okOf(await world.store.queries.accounts(query), "accounts"),
  valueOf: (row, sort) => row[sort],
});

const account = async (world: World, id: string): Promise<AccountRow | undefined> =>
  okOf(await world.store.queries.account(world.tenant, id), "account");

async function accountsOf(world: World, ...states: readonly Partial<AccountState>[]): Promise<readonly string[]> {
  // Ids in order, so that equal values come in the order of the list.
  const ids = states.map(() => world.id()).sort();
  await world.given(...ids.flatMap((id, index) => [userPart(world, id), accountPart(world, id, states[index])]));
  return ids;
}

const granted = (role: string, scope: string | null = null) => ({ role, scope, grantedAt: AT });
const ASKED = { filter: {}, sort: "openedAt", direction: "ascending", limit: 100, from: { offset: 0 } } as const;

export const accounts: Group = {
  "an account comes with what its user is recognised by": async (world) => {
    const grants = [{ role: "editor", scope: "team:'1'", grantedAt: later(0.001) }, granted("admin"), granted("editor")];
    const id = await signedUp(
      world,
      {
        name: { display: "Ada Lovelace", given: "Ada" },
        username: "ada",
        emails: ["Ada@example.com", "b@example.com"],
        phones: ["+34600123456", "+34600123457"],
      },
      { status: "suspended", grants, openedAt: later(0.123), securityVersion: 4 },
    );
    equal(await account(world, id), {
      id,
      status: "suspended",
      roles: grants,
      openedAt: later(0.123),
      name: "Ada Lovelace",
      username: "ada",
      email: "Ada@example.com",
      phone: "+34600123456",
    });
    equal(await listing(world).ask({ ...ASKED, tenant: world.tenant }), { rows: [await account(world, id)], total: 1 });
  },

  "of a user who has said nothing there is an account without names": async (world) => {
    const id = await signedUp(world);
    const row = { id, status: "active", roles: [], openedAt: AT, name: null, username: null, email: null, phone: null };
    equal(await account(world, id), row);
    equal((await listing(world).ask({ ...ASKED, tenant: world.tenant })).rows, [row]);
  },

  "the primary addresses are what is marked as primary, not the first": async (world) => {
    const id = world.id();
    const part = userPart(world, id, { emails: ["a@example.com", "b@example.com"], phones: ["+34600123456", "+34600123457"] });
    const text = JSON.stringify(part.change.after).replace(/"primary":(true|false)/g, (_, was) => `"primary":${String(was === "false")}`);
    // The same document, its flags turned over.
    const after = JSON.parse(text) as typeof part.change.after;
    await world.given({ ...part, change: { ...part.change, after } }, accountPart(world, id));
    const row = await account(world, id);
    equal([row?.email, row?.phone], ["b@example.com", "+34600123457"]);
  },

  "nobody's account, a closed one and another tenant's are not there": async (world) => {
    const [id = "", closed = ""] = await accountsOf(world, {}, {});
    const other = world.elsewhere();
    await accountsOf(other, {});
    await changed(world, closed, { closedAt: later(1) });
    equal([await account(world, world.id()), await account(world, closed), await account(other, id)], [undefined, undefined, undefined]);
    equal(await page(world, listing(world), {}, { sort: "openedAt" }), [id]);
    equal((await listing(world).ask({ ...ASKED, tenant: world.tenant })).total, 1);
  },

  "what another tenant says of a user of the same id does not come": async (world) => {
    const [id, other] = [await signedUp(world, { name: "ours" }), world.elsewhere()];
    await signedUp(other, { name: "theirs", username: "theirs" }, { grants: [granted("admin")] }, id);
    const row = await account(world, id);
    equal([row?.name, row?.username, row?.roles], ["ours", null, []]);
    equal(await page(world, listing(world), { role: "admin" }, { sort: "openedAt" }), []);
  },

  "a user without an account is in no list of accounts": async (world) => {
    const id = world.id();
    await world.given(userPart(world, id, { name: "Ada" }));
    equal(await account(world, id), undefined);
    equal(await page(world, listing(world), {}, { sort: "openedAt" }), []);
  },

  "a list of nobody is empty": async (world) => {
    equal(await listing(world).ask({ ...ASKED, tenant: world.tenant }), { rows: [], total: 0 });
  },

  "by time of opening, to the millisecond; those opened at once in order of ids": async (world) => {
    const times = [later(2), later(0.001), AT, later(1), AT, later(-86_400), AT];
    const [a, b, c, d, e, f, g] = await accountsOf(world, ...times.map((openedAt) => ({ openedAt })));
    await inThisOrder(world, listing(world), {}, "openedAt", ordered(f, c, e, g, b, d, a));
  },

  "by status, by its name; those of one status in order of ids": async (world) => {
    const all = ["suspended", "active", "pending", "deactivated", "active", "pending"] as const;
    const [a, b, c, d, e, f] = await accountsOf(world, ...all.map((status) => ({ status })));
    await inThisOrder(world, listing(world), {}, "status", ordered(b, e, d, c, f, a));
  },

  "of one status, of one role in whatever scope, and of both": async (world) => {
    const [a, b, c, d] = await accountsOf(
      world,
      { grants: [granted("admin"), granted("editor", "team:1"), granted("editor", "team:2"), granted("editor")] },
      { grants: [granted("editor", "team:1")], status: "suspended" },
      { grants: [granted("edit"), granted("viewer", "editor")] },
      { status: "suspended" },
    );
    const where = (filter: AccountFilter, ...ids: readonly (string | undefined)[]) =>
      inThisOrder(world, listing(world), filter, "openedAt", ordered(...ids));
    await where({ role: "editor" }, a, b);
    await where({ role: "admin" }, a);
    await where({ status: "suspended" }, b, d);
    await where({ status: "active" }, a, c);
    await where({ status: "suspended", role: "editor" }, b);
    for (const filter of [{ role: "edito_" }, { role: "%" }, { role: "" }, { status: "pending" }] as const) {
      equal(await page(world, listing(world), filter, { sort: "openedAt" }), []);
    }
  },

  "a role that was taken back is not held": async (world) => {
    const [id = ""] = await accountsOf(world, { grants: [granted("admin"), granted("editor", "team:1"), granted("editor")] });
    await changed(world, id, { grants: [granted("editor")] });
    equal((await account(world, id))?.roles, [granted("editor")]);
    equal(await page(world, listing(world), { role: "admin" }, { sort: "openedAt" }), []);
    equal(await page(world, listing(world), { role: "editor" }, { sort: "openedAt" }), [id]);
  },
};

/** Rows of a destructured list, none of which is missing. */
const ordered = (...ids: readonly (string | undefined)[]): readonly string[] => ids.map((id) => id ?? "");
