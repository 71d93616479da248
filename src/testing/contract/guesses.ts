import type { Counted, Guess, Lockout, Lookup } from "denizen/ports";
import { okOf } from "../assertions.js";
import { AT, unique } from "./world.js";
import type { World } from "./world.js";

/** A lock-out that no case gets near unless it means to. */
const FAR: Lockout = { limit: 10_000, first: 1000, longest: 1000, memory: 86_400_000 };

export async function count(world: World, target: Lookup, guess: Partial<Guess> = {}): Promise<Counted> {
  const whole = { tenant: world.tenant, target, method: "password", stranger: "stranger:1", at: AT, lockout: FAR, ...guess };
  return okOf(await world.store.attempts.count(whole), "count");
}

export async function settle(world: World, { counter }: Counted, succeeded: boolean, method = "password"): Promise<void> {
  const event = world.event({ kind: "attempts", id: counter, version: null }, { type: "proof-failed" });
  okOf(await world.store.attempts.settle({ tenant: world.tenant, method, counter, succeeded, events: [event] }), "settle");
}

export async function known(world: World, email = "a"): Promise<{ readonly id: string; readonly target: Lookup }> {
  const id = world.id();
  await world.given(world.created(id, { claimed: [unique("email", email)] }));
  return { id, target: { kind: "planet", id } };
}

/** An identifier that nobody holds. */
export const nobody = (world: World): Lookup => ({ kind: "planet", identifier: unique("email", world.id()) });
