import { check, equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { count } from "./guesses.js";
import { changed, changing, opened } from "./people.js";
import { isOver, list, listed, opens, outcome, refreshed, rotate, rotation, started, starting } from "./session-calls.js";
import { later } from "./world.js";

export const liveness: Group = {
  "whatever raises the account's security version has ended all of its sessions": async (world) => {
    const account = await opened(world);
    const [one, other, elsewhere] = [await started(world, account), await started(world, account), await started(world)];
    const used = await refreshed(world, other, 1);
    await changed(world, account, { status: "deactivated", securityVersion: 2 });
    await isOver(world, one, 2);
    await isOver(world, used, 2);
    equal(await outcome(world, other, 2), "ended", "the token before, within the grace");
    equal(await outcome(world, used, 2, { presented: "never issued" }), "ended", "a replay");
    equal(await listed(world, account), []);
    equal(await listed(world, elsewhere.session.account), [elsewhere.session.id], "another account's");
  },

  "other changes of the account end nothing, a status alone included": async (world) => {
    const tokens = await started(world);
    const { account } = tokens.session;
    await changed(world, account, { grants: [{ role: "admin", scope: null, grantedAt: later(1) }] });
    await changed(world, account, { status: "suspended" });
    equal(await list(world, account), [tokens.session]);
    equal(await opens(world, tokens, 1), tokens.session);
    await refreshed(world, tokens, 2);
  },

  "the session that is spared lives on, alone, and has the account's version from its next refresh on": async (world) => {
    const account = await opened(world);
    const [spared, other] = [await started(world, account), await started(world, account)];
    await changed(world, account, { securityVersion: 2, sparedSession: spared.session.id });
    await isOver(world, other, 1);
    equal(await list(world, account), [spared.session]);
    equal(await opens(world, spared, 1), spared.session);
    const now = await refreshed(world, spared, 2);
    equal(now.session.securityVersion, 2);
    await changed(world, account, { sparedSession: null });
    equal(await opens(world, now, 3), now.session, "after it is not named any more");
    equal(await listed(world, account, 3), [now.session.id]);
  },

  "a session that was spared once and was not refreshed since ends when another one is spared": async (world) => {
    const account = await opened(world);
    const first = await started(world, account);
    await changed(world, account, { securityVersion: 2, sparedSession: first.session.id });
    const second = await started(world, account, { securityVersion: 2 });
    equal(await listed(world, account), [first, second].map(({ session }) => session.id).sort());
    await changed(world, account, { securityVersion: 3, sparedSession: second.session.id });
    await isOver(world, first, 1);
    equal(await listed(world, account), [second.session.id]);
  },

  "to be spared revives nobody: not who had ended by an earlier security version": async (world) => {
    const account = await opened(world);
    const [ended, spared] = [await started(world, account), await started(world, account)];
    await changed(world, account, { securityVersion: 2 });
    await changed(world, account, { securityVersion: 3, sparedSession: ended.session.id, sparedSince: 2 });
    await isOver(world, ended, 1);
    await changed(world, account, { securityVersion: 4, sparedSession: spared.session.id, sparedSince: 1 });
    equal(await listed(world, account), [spared.session.id], "one that was live when it was spared");
  },

  "to be spared revives nobody: not who was revoked, nor who has expired": async (world) => {
    const account = await opened(world);
    const [replayed, idle] = [await started(world, account), await started(world, account, { idleExpiresAt: later(1) })];
    equal(await outcome(world, replayed, 1, { presented: "never issued" }), "replayed");
    for (const [version, tokens] of [replayed, idle].entries()) {
      await changed(world, account, { securityVersion: version + 2, sparedSession: tokens.session.id });
      await isOver(world, tokens, 1);
    }
  },

  "a session that starts from an old security version is never live": async (world) => {
    const account = await opened(world, { securityVersion: 2 });
    const start = starting(world, account, { securityVersion: 1 });
    equal(okOf(await world.store.sessions.start(start)), false, "it is not kept");
    await isOver(world, start, 0);
    equal(await listed(world, account), []);
  },

  "what is not kept settles no proof and appends no event": async (world) => {
    const account = await opened(world, { securityVersion: 2 });
    const target = { kind: "account", id: account };
    const { counter } = await count(world, target);
    const event = world.event({ kind: "session", id: world.id(), version: 1 });
    const settlement = { tenant: world.tenant, method: "password", counter, succeeded: true, events: [] };
    const start = { ...starting(world, account, { securityVersion: 1 }), events: [event], settlement };
    equal(okOf(await world.store.sessions.start(start)), false);
    equal((await count(world, target)).count, 2, "the counter");
    equal(await world.history(event.publisher.id, 0, "session"), [], "the events");
    equal(okOf(await world.store.sessions.start({ ...start, session: { ...start.session, securityVersion: 2 } })), true, "the right one");
    equal((await count(world, target)).count, 1, "the counter");
  },

  "nor one of a version that is not reached yet": async (world) => {
    await isOver(world, await started(world, await opened(world), { securityVersion: 2 }), 1);
  },

  "a closed account has no live session, not even a spared one": async (world) => {
    const account = await opened(world);
    const tokens = await started(world, account);
    await changed(world, account, { closedAt: later(1), sparedSession: tokens.session.id });
    await isOver(world, tokens, 2);
  },

  "an account that does not exist has no live session": async (world) => {
    const account = world.id();
    const tokens = await started(world, account);
    await isOver(world, tokens, 1);
    await opened(world.elsewhere(), {}, account);
    await isOver(world, tokens, 1);
  },

  "of a refresh and a raised security version at once, whoever comes first, the session ends": async (world) => {
    for (let round = 0; round < 10; round++) {
      const tokens = await started(world);
      const raise = await changing(world, tokens.session.account, { securityVersion: 2 });
      const asked = rotation(world, tokens, 1);
      const [answer, committed] = await Promise.all([rotate(world, asked), world.commit(raise)]);
      okOf<unknown>(committed);
      check(answer.outcome === "rotated" || answer.outcome === "ended", `the refresh is ${answer.outcome}`);
      await isOver(world, { ...tokens, refresh: answer.outcome === "rotated" ? asked.next.refresh : tokens.refresh }, 2);
    }
  },

  "of a start and a raised security version at once, the session is not live afterwards": async (world) => {
    for (let round = 0; round < 10; round++) {
      const account = await opened(world);
      const raise = await changing(world, account, { securityVersion: 2 });
      const [tokens, committed] = await Promise.all([started(world, account), world.commit(raise)]);
      okOf<unknown>(committed);
      await isOver(world, tokens, 2);
    }
  },
};
