import type { Standing, StandingQuery } from "denizen/ports";
import { equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { accountState, changed, changing, opened, signedUp } from "./people.js";
import { HOUR, refreshed, revoke, started } from "./session-calls.js";
import { AT, later } from "./world.js";
import type { World } from "./world.js";

const standing = async (world: World, query: Partial<StandingQuery>): Promise<Standing> =>
  okOf(await world.store.standing(world.tenant, { accounts: [], session: null, at: later(1), ...query }), "standing");

export const standings: Group = {
  "accounts come as they are now, in order of their ids, and missing ones are left out": async (world) => {
    const grants = [
      { role: "admin", scope: null, grantedAt: later(1) },
      { role: "editor", scope: "team:'1'", grantedAt: AT },
    ];
    const [one, two, three] = [await opened(world), await opened(world, { grants, status: "suspended" }), await opened(world)];
    await changed(world, three, { securityVersion: 7, sparedSession: "s", closedAt: later(2) });
    equal((await standing(world, { accounts: [three, world.id(), one, two] })).accounts, [
      { id: one, version: 1, state: accountState() },
      { id: two, version: 1, state: accountState({ grants, status: "suspended" }) },
      { id: three, version: 2, state: accountState({ securityVersion: 7, sparedSession: "s", closedAt: later(2) }) },
    ]);
  },

  "nothing is asked for, and nothing is answered": async (world) => {
    equal(await standing(world, {}), { accounts: [], session: undefined });
    equal(await standing(world, { accounts: [world.id()], session: world.id() }), { accounts: [], session: undefined });
  },

  "an account asked for twice comes once, and an aggregate of another kind never": async (world) => {
    const [id, other] = [await signedUp(world), world.id()];
    await world.given(world.created(other, { state: { name: "planet" } }));
    equal(
      (await standing(world, { accounts: [id, other, id] })).accounts.map((account) => account.id),
      [id],
    );
  },

  "a live session comes as it is, its own account asked for or not": async (world) => {
    const tokens = await started(world);
    const [{ id, account }, other] = [tokens.session, await opened(world)];
    equal((await standing(world, { session: id })).session, tokens.session);
    equal(await standing(world, { accounts: [other], session: id }), {
      accounts: [{ id: other, version: 1, state: accountState() }],
      session: tokens.session,
    });
    const { session } = await refreshed(world, tokens, 1);
    equal((await standing(world, { accounts: [account], session: id })).session, session);
  },

  "a session that is not live does not come, and the accounts do": async (world) => {
    const account = await opened(world);
    const [revoked, idle, old] = [await started(world, account), await started(world, account), await started(world)];
    await revoke(world, { family: revoked.family });
    await changed(world, old.session.account, { securityVersion: 2 });
    for (const [tokens, seconds] of [
      [revoked, 1],
      [idle, HOUR],
      [old, 1],
    ] as const) {
      const answer = await standing(world, { accounts: [account], session: tokens.session.id, at: later(seconds) });
      equal(answer, { accounts: [{ id: account, version: 1, state: accountState() }], session: undefined });
    }
  },

  "accounts and sessions of another tenant do not come": async (world) => {
    const [tokens, other] = [await started(world), world.elsewhere()];
    const { id, account } = tokens.session;
    equal(await standing(other, { accounts: [account], session: id }), { accounts: [], session: undefined });
    await opened(other, {}, account);
    equal((await standing(other, { session: id })).session, undefined);
  },

  "a transaction sees the accounts that it has flushed, and their sessions end with them": async (world) => {
    const account = await opened(world);
    const [spared, ended] = [await started(world, account), await started(world, account)];
    const raise = await changing(world, account, { securityVersion: 2, sparedSession: spared.session.id });
    const transaction = await world.begin();
    const inside = async (session: string): Promise<Standing> =>
      okOf(await transaction.standing(world.tenant, { accounts: [account], session, at: later(1) }));
    equal((await inside(ended.session.id)).session, ended.session, "before the flush");
    okOf(await transaction.flush(world.set([raise])));
    const state = accountState({ securityVersion: 2, sparedSession: spared.session.id });
    equal(await inside(ended.session.id), { accounts: [{ id: account, version: 2, state }], session: undefined });
    equal((await inside(spared.session.id)).session, spared.session);
    await transaction.rollback();
    equal((await standing(world, { session: ended.session.id })).session, ended.session, "after the rollback");
  },

  "a transaction sees the account that it has opened": async (world) => {
    const [account, transaction] = [world.id(), await world.begin()];
    const part = world.created(account, { kind: "account", state: accountState({ status: "pending" }) });
    okOf(await transaction.flush(world.set([part])));
    const { accounts } = okOf(await transaction.standing(world.tenant, { accounts: [account], session: null, at: AT }));
    equal(accounts, [{ id: account, version: 1, state: accountState({ status: "pending" }) }]);
    okOf(await transaction.commit(world.record()));
  },
};
