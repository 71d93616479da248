import { check, equal, fail } from "../assertions.js";
import type { Group } from "./case.js";
import { opened } from "./people.js";
import {
  HOUR,
  isOver,
  list,
  opens,
  outcome,
  refreshed,
  revoke,
  rotate,
  rotation,
  sessionEvent,
  started,
  starting,
} from "./session-calls.js";
import type { Tokens } from "./session-calls.js";
import { later, race } from "./world.js";
import type { World } from "./world.js";

const outcomes = async (calls: Promise<readonly { readonly outcome: string }[]>): Promise<readonly string[]> =>
  (await calls).map((answer) => answer.outcome).sort();

const of = (all: readonly string[], outcome: string): number => all.filter((one) => one === outcome).length;

/** A session whose first token was replaced after ten seconds: the token before, and the current one. */
async function replaced(world: World): Promise<{ readonly before: Tokens; readonly now: Tokens }> {
  const before = await started(world);
  return { before, now: await refreshed(world, before, 10) };
}

export const rotations: Group = {
  "the current token is replaced: the session was used now, and may idle anew": async (world) => {
    const tokens = await started(world);
    const { session } = await refreshed(world, tokens, 60);
    equal(session, { ...tokens.session, lastUsedAt: later(60), idleExpiresAt: later(60 + HOUR) });
    equal(await list(world, session.account, 60 + HOUR - 1), [session]);
  },

  "each new token is the current one until it is replaced": async (world) => {
    let tokens = await started(world);
    for (const seconds of [60, 120, 180, 240]) tokens = await refreshed(world, tokens, seconds);
    equal(tokens.session.lastUsedAt, later(240));
  },

  "refreshing never moves the absolute limit, nor lets a session idle beyond it": async (world) => {
    const tokens = await started(world, undefined, { expiresAt: later(2 * HOUR) });
    const { session } = await refreshed(world, tokens, 60, { idleExpiresAt: later(3 * HOUR) });
    equal([session.idleExpiresAt, session.expiresAt], [later(2 * HOUR), later(2 * HOUR)]);
    equal((await list(world, session.account))[0], session, "what was kept");
  },

  "a token that was replaced a moment ago is graced with the nonce of its successor, and nothing changes": async (world) => {
    const before = await started(world);
    const asked = rotation(world, before, 10);
    await rotate(world, asked);
    const [kept] = await list(world, before.session.account, 15);
    const { expiresAt } = asked.next.access ?? fail("the session has an access token");
    for (const seconds of [10, 15, 19.999]) {
      const answer = await rotate(world, rotation(world, before, seconds));
      equal(answer, { outcome: "graced", session: kept, nonce: asked.next.nonce, accessExpiresAt: expiresAt });
    }
    equal(await list(world, before.session.account, 15), [kept]);
    equal(await outcome(world, { ...before, refresh: asked.next.refresh }, 20), "rotated", "the successor");
  },

  "so is its successor in turn, with the nonce of the one after it": async (world) => {
    const { now } = await replaced(world);
    const asked = rotation(world, now, 11);
    await rotate(world, asked);
    const answer = await rotate(world, rotation(world, now, 12));
    equal([answer.outcome, answer.outcome === "graced" && answer.nonce], ["graced", asked.next.nonce]);
  },

  "a session without an opaque access token is graced without one": async (world) => {
    const start = { ...starting(world, await opened(world)), access: null };
    check((await world.store.sessions.start(start)).isOk(), "started");
    await refreshed(world, start, 10);
    const answer = await rotate(world, rotation(world, start, 11));
    equal([answer.outcome, answer.outcome === "graced" && answer.accessExpiresAt], ["graced", null]);
  },

  "a token that was replaced at the start of the grace is too late, and one a millisecond after it is not": async (world) => {
    const [one, other] = [await replaced(world), await replaced(world)];
    equal(await outcome(world, one.before, 60, { graceStart: later(9.999) }), "graced");
    equal(await outcome(world, other.before, 60, { graceStart: later(10) }), "replayed");
  },

  "a replay ends the session for good, also for who holds the current token, and says whose it was": async (world) => {
    const { before, now } = await replaced(world);
    equal(await rotate(world, rotation(world, before, 60)), { outcome: "replayed", session: now.session });
    equal(await outcome(world, before, 60), "ended", "the same token once more");
    await isOver(world, now, 60);
    equal(await opens(world, before, 15), undefined, "what the access token before opens");
  },

  "a token two generations back is a replay, however quick": async (world) => {
    const { before, now } = await replaced(world);
    const last = await refreshed(world, now, 11);
    equal(await outcome(world, now, 12), "graced", "the one before the current one");
    equal(await outcome(world, before, 12), "replayed");
    await isOver(world, last, 12);
  },

  "a token of the family that never was is a replay": async (world) => {
    const tokens = await started(world);
    equal(await outcome(world, tokens, 1, { presented: "never issued" }), "replayed");
    await isOver(world, tokens, 1);
  },

  "an access token is no refresh token, and a family's name is none": async (world) => {
    for (const presented of ["access", "family"] as const) {
      const tokens = await started(world);
      const value = presented === "family" ? tokens.family : tokens.access?.hash;
      equal(await outcome(world, tokens, 1, { presented: value ?? "" }), "replayed");
    }
  },

  "a replay ends its own session alone": async (world) => {
    const tokens = await started(world);
    const other = await started(world, tokens.session.account);
    equal(await outcome(world, tokens, 1, { presented: other.refresh }), "replayed");
    equal(await outcome(world, other, 1), "rotated");
  },

  "a family that nobody has is ended": async (world) => {
    equal(await rotate(world, rotation(world, { ...(await started(world)), family: "unknown" }, 1)), { outcome: "ended" });
  },

  "a session that was revoked is ended, whichever token is presented": async (world) => {
    const { before, now } = await replaced(world);
    await revoke(world, { family: now.family }, 11);
    equal(await outcome(world, before, 12), "ended", "the token before, within the grace");
    equal(await outcome(world, now, 12, { presented: "never issued" }), "ended", "a replay");
    await isOver(world, now, 12);
  },

  "a session ends at its idle limit, and at its absolute one": async (world) => {
    const limits = { idleExpiresAt: later(60), expiresAt: later(120) };
    const [idle, used] = [await started(world, undefined, limits), await started(world, undefined, limits)];
    const { session } = await refreshed(world, used, 59.999);
    equal(session.idleExpiresAt, later(120));
    await isOver(world, idle, 60);
    equal(await outcome(world, idle, 60, { presented: "never issued" }), "ended", "a replay of what has expired");
    const again = await refreshed(world, await refreshed(world, await started(world, undefined, limits), 59), 119.999);
    await isOver(world, again, 120);
    await isOver(world, await started(world, undefined, { expiresAt: later(60) }), 60);
  },

  "of 50 equal rotations at once one is rotated, and the others are graced with its nonce": async (world) => {
    // One round alone may go well by luck.
    for (let round = 0; round < 5; round++) {
      const tokens = await started(world);
      const asked = Array.from({ length: 50 }, () => rotation(world, tokens, 10));
      const answers = await Promise.all(asked.map((one) => rotate(world, one)));
      equal(of(await outcomes(Promise.resolve(answers)), "rotated"), 1, "the number of rotated");
      const winner = asked[answers.findIndex((answer) => answer.outcome === "rotated")] ?? fail("nobody won");
      const nonces = answers.flatMap((answer) => (answer.outcome === "graced" ? [answer.nonce] : []));
      equal(
        nonces,
        nonces.map(() => winner.next.nonce),
      );
      equal(nonces.length, 49, "the number of graced");
      equal(await outcome(world, { ...tokens, refresh: winner.next.refresh }, 11), "rotated", "the winner's token");
    }
  },

  "of 50 equal replays at once one is told, and the others find the session ended": async (world) => {
    const { before, now } = await replaced(world);
    // The same events for all: appended twice, they would be refused by a store that can refuse.
    const asked = rotation(world, before, 60);
    const all = await outcomes(race(50, () => rotate(world, asked)));
    equal([of(all, "replayed"), of(all, "ended")], [1, 49]);
    await isOver(world, now, 60);
  },

  "of a rotation and a replay at once, whoever comes first, the session ends": async (world) => {
    for (let round = 0; round < 10; round++) {
      const { before, now } = await replaced(world);
      const both = [now, before].map((tokens) => rotation(world, tokens, 60));
      const [first, second] = await Promise.all((round % 2 === 0 ? both : both.reverse()).map((asked) => rotate(world, asked)));
      const all = [first?.outcome, second?.outcome].sort();
      check(["ended,replayed", "replayed,rotated"].includes(all.join()), `they are ${all.join(" and ")}`);
      await isOver(world, now, 61);
      await isOver(world, { ...now, refresh: both.find(({ presented }) => presented === now.refresh)?.next.refresh ?? "" }, 61);
    }
  },

  "of rotations and revocations at once, whoever comes first, the session ends once": async (world) => {
    const tokens = await started(world);
    // The same events for all: appended twice, they would be refused by a store that can refuse.
    const [asked, event] = [rotation(world, tokens, 10), sessionEvent(world, "session-revoked")];
    const revoked: unknown[] = [];
    const all = await race(50, async (index) => {
      if (index % 2 === 0) return rotate(world, asked);
      const session = await revoke(world, { family: tokens.family }, 10, event);
      return session === undefined ? undefined : revoked.push(session);
    });
    equal(revoked.length, 1, "the number of revocations");
    equal(all.filter((answer) => typeof answer === "object" && answer.outcome === "replayed").length, 0, "the number of replays");
    await isOver(world, tokens, 11);
    await isOver(world, { ...tokens, refresh: asked.next.refresh }, 11);
  },
};
