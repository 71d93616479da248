import { check, equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { count, known } from "./guesses.js";
import { opened } from "./people.js";
import { HOUR, isOver, list, listed, opens, outcome, refreshed, revoke, sessionEvent, started, starting } from "./session-calls.js";
import { AT, later, race } from "./world.js";

export const sessions: Group = {
  "a session that was started is listed as it was given, and its tokens hold": async (world) => {
    const tokens = await started(world);
    equal(await list(world, tokens.session.account), [tokens.session]);
    equal(await opens(world, tokens, 1), tokens.session);
    equal(await outcome(world, tokens, 1), "rotated");
  },

  "a session may have no device, no opaque access token, and one method or none": async (world) => {
    const account = await opened(world);
    const start = { ...starting(world, account, { device: null, methods: [] }), access: null };
    okOf(await world.store.sessions.start(start));
    equal(await list(world, account), [start.session]);
    equal((await refreshed(world, start, 1)).session.device, null);
  },

  "starting appends its events and settles the proof it starts from": async (world) => {
    const { id, target } = await known(world);
    const { counter } = await count(world, target);
    const start = starting(world, await opened(world));
    // With versions, unlike a guard's own, so that they can be read back.
    const event = world.event({ kind: "session", id: start.session.id, version: 1 }, { type: "session-started", subject: id });
    const proof = world.event({ kind: "proof", id, version: 1 }, { type: "proof-succeeded" });
    const settlement = { tenant: world.tenant, method: "password", counter, succeeded: true, events: [proof] };
    okOf(await world.store.sessions.start({ ...start, events: [event], settlement }));
    equal(await world.history(start.session.id, 0, "session"), [event]);
    equal(await world.history(id, 0, "proof"), [proof]);
    equal((await count(world, target)).count, 1, "the first guess after the success");
  },

  "starting leaves the counters alone that it does not settle, or settles as failed": async (world) => {
    const { target } = await known(world);
    const { counter } = await count(world, target);
    await started(world);
    const settlement = { tenant: world.tenant, method: "password", counter, succeeded: false, events: [] };
    okOf(await world.store.sessions.start({ ...starting(world, await opened(world)), settlement }));
    equal((await count(world, target)).count, 2);
  },

  "a family that is there already is refused, and nothing of the second session is kept": async (world) => {
    const { target } = await known(world);
    const { counter } = await count(world, target);
    const first = await started(world);
    const second = { ...starting(world, first.session.account), family: first.family };
    const event = world.event({ kind: "session", id: second.session.id, version: 1 });
    const settlement = { tenant: world.tenant, method: "password", counter, succeeded: true, events: [] };
    check((await world.store.sessions.start({ ...second, events: [event], settlement })).isErr(), "the second start is refused");
    equal(await list(world, first.session.account), [first.session]);
    equal(await world.history(second.session.id, 0, "session"), []);
    equal((await count(world, target)).count, 2, "the count, which was not settled");
    equal(await opens(world, first, 1), first.session);
  },

  "a list has an account's live sessions, the most recently used first, then by id": async (world) => {
    const account = await opened(world);
    const [first, second, third] = [await started(world, account), await started(world, account), await started(world, account)];
    const early = await started(world, account, { lastUsedAt: later(-1) });
    const idle = await started(world, account, { idleExpiresAt: later(60) });
    await started(world);
    const ids = [first, second, third].map(({ session }) => session.id).sort();
    equal(await listed(world, account, 1), [...ids, idle.session.id].sort().concat(early.session.id));
    await refreshed(world, third, 30);
    equal(await listed(world, account, 60), [third.session.id, ...ids.filter((id) => id !== third.session.id), early.session.id]);
    equal(await listed(world, world.id()), []);
  },

  "a session is revoked by its id and account, and by no other account": async (world) => {
    const [tokens, other] = [await started(world), await started(world)];
    const { id, account } = tokens.session;
    equal(await revoke(world, { id, account: other.session.account }), undefined, "by another account");
    equal(await listed(world, account), [id]);
    equal(await revoke(world, { id, account }), tokens.session);
    await isOver(world, tokens, 1);
    equal(await listed(world, other.session.account), [other.session.id]);
  },

  "a session is revoked by its family, and its account's others stay": async (world) => {
    const tokens = await started(world);
    const other = await started(world, tokens.session.account);
    equal(await revoke(world, { family: tokens.family }), tokens.session);
    await isOver(world, tokens, 1);
    equal(await opens(world, other, 1), other.session);
  },

  "what is not there or not live any more cannot be revoked": async (world) => {
    const tokens = await started(world);
    const { id, account } = tokens.session;
    equal(await revoke(world, { id: world.id(), account }), undefined, "an unknown id");
    equal(await revoke(world, { family: "unknown" }), undefined, "an unknown family");
    equal(await revoke(world, { family: tokens.family }, HOUR), undefined, "an expired one");
    equal((await revoke(world, { id, account }))?.id, id, "a live one");
    equal(await revoke(world, { id, account }), undefined, "by id, for the second time");
    equal(await revoke(world, { family: tokens.family }), undefined, "by family, for the second time");
  },

  "of 50 revocations at once one ends the session": async (world) => {
    const tokens = await started(world);
    const { id, account } = tokens.session;
    // The same event for all: appended twice, it would be refused by a store that can refuse.
    const event = sessionEvent(world, "session-revoked");
    const answers = await race(50, (index) => revoke(world, index % 2 === 0 ? { id, account } : { family: tokens.family }, 1, event));
    equal(
      answers.filter((answer) => answer !== undefined),
      [tokens.session],
    );
    await isOver(world, tokens, 1);
  },

  "50 starts at once are 50 sessions": async (world) => {
    const account = await opened(world);
    const ids = (await race(50, () => started(world, account))).map(({ session }) => session.id);
    equal(await listed(world, account), ids.sort());
  },

  "what the guard tells of a session is in nobody's history, and touches no version": async (world) => {
    const account = await opened(world);
    const tokens = await started(world, account);
    await refreshed(world, tokens, 1);
    await revoke(world, { family: tokens.family }, 2);
    equal(await world.history(tokens.session.id, 0, "session"), []);
    equal([(await world.get(account, "account"))?.version, (await world.history(account, 0, "account")).length], [1, 1]);
  },

  "sessions are their tenant's: not found, refreshed or revoked by another, which may use the same names": async (world) => {
    const [tokens, other] = [await started(world), world.elsewhere()];
    const { id, account } = tokens.session;
    await isOver(other, tokens, 1);
    equal(await revoke(other, { id, account }), undefined, "by another tenant");
    equal(await listed(other, account), []);
    await opened(other, {}, account);
    const theirs = { ...tokens, tenant: other.tenant, events: [], session: { ...tokens.session, device: "theirs" } };
    okOf(await other.store.sessions.start(theirs));
    equal(await list(other, account), [theirs.session]);
    equal((await revoke(other, { family: tokens.family }))?.device, "theirs");
    equal(await list(world, account), [tokens.session]);
    equal((await list(world, account))[0]?.startedAt, AT);
  },
};
