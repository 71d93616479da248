import { equal, okOf } from "../assertions.js";
import type { Group } from "./case.js";
import { opened } from "./people.js";
import { HOUR, list, opens, refreshed, started, starting } from "./session-calls.js";
import type { Tokens } from "./session-calls.js";
import { later } from "./world.js";

const withAccess = (tokens: Tokens, hash: string): Tokens => ({ ...tokens, access: { hash, expiresAt: later(HOUR) } });

export const access: Group = {
  "an access token opens its session until it expires, and looking changes nothing": async (world) => {
    const tokens = await started(world);
    for (const seconds of [0, 1, 899.999]) equal(await opens(world, tokens, seconds), tokens.session, `after ${seconds} seconds`);
    equal(await opens(world, tokens, 900), undefined, "at its expiry");
    equal(await list(world, tokens.session.account, 900), [tokens.session]);
  },

  "a wrong access token opens nothing, and ends nothing": async (world) => {
    const [tokens, other] = [await started(world), await started(world)];
    equal(await opens(world, withAccess(tokens, "wrong"), 1), undefined, "a token that never was");
    equal(await opens(world, withAccess(tokens, tokens.refresh), 1), undefined, "the refresh token");
    equal(await opens(world, withAccess(tokens, other.access?.hash ?? ""), 1), undefined, "another session's");
    equal(await opens(world, { ...tokens, family: "unknown" }, 1), undefined, "of a family that nobody has");
    equal(await opens(world, tokens, 1), tokens.session, "the right one");
  },

  "a new access token opens the session as it is since the refresh": async (world) => {
    const now = await refreshed(world, await started(world), 10);
    equal(await opens(world, now, 909.999), now.session);
    equal(await opens(world, now, 910), undefined);
  },

  "the access token before opens it within the grace, and not from its end on": async (world) => {
    const before = await started(world);
    const { session } = await refreshed(world, before, 10);
    for (const seconds of [10, 15, 19.999]) equal(await opens(world, before, seconds), session, `after ${seconds} seconds`);
    equal(await opens(world, before, 20), undefined, "replaced when the grace begins");
  },

  "nor beyond its own expiry, however long the grace": async (world) => {
    const before = await started(world);
    const { session } = await refreshed(world, before, 895);
    equal(await opens(world, before, 899.999), session);
    equal(await opens(world, before, 900), undefined);
  },

  "an access token two generations back opens nothing": async (world) => {
    const before = await started(world);
    const now = await refreshed(world, before, 10);
    const last = await refreshed(world, now, 11);
    equal(await opens(world, now, 12), last.session, "the one before the current one");
    equal(await opens(world, before, 12), undefined);
  },

  "an access token opens nothing beyond the session's limits": async (world) => {
    const tokens = await started(world, undefined, { idleExpiresAt: later(60) });
    equal(await opens(world, tokens, 59.999), tokens.session);
    equal(await opens(world, tokens, 60), undefined);
  },

  "a session without opaque access tokens is opened by none": async (world) => {
    const start = { ...starting(world, await opened(world)), access: null };
    okOf(await world.store.sessions.start(start));
    for (const hash of ["", "null", start.refresh]) equal(await opens(world, withAccess(start, hash), 1), undefined);
    const now = await refreshed(world, start, 10);
    for (const hash of ["", "null", start.refresh, now.refresh]) equal(await opens(world, withAccess(now, hash), 11), undefined);
  },
};
