import { invalidArgument } from "./error.js";
import type { InvalidArgument } from "./error.js";
import { isWellFormed } from "./text.js";
import { err, ok } from "./result.js";
import type { Result } from "./result.js";

const genuine = new WeakSet<object>();

/** Who asks. Nothing that came over a wire can pass for one: `isActor` knows the objects themselves. */
export interface Actor {
  readonly kind: "system" | "user";
  readonly id: string;
}

function issue(kind: Actor["kind"], id: string): Actor {
  const actor = Object.freeze({ kind, id });
  genuine.add(actor);
  return actor;
}

export const isActor = (value: unknown): value is Actor => typeof value === "object" && value !== null && genuine.has(value);

/** For whoever has made sure that it is this user. */
export const userActor = (id: string): Actor => issue("user", id);

/** A part of the host's own software: a job, an import, a migration. Error: `invalid-argument`. */
export function systemActor(name: unknown): Result<Actor, InvalidArgument> {
  const valid = typeof name === "string" && /^[\w.-]{1,64}$/.test(name) && isWellFormed(name);
  return valid ? ok(issue("system", name)) : err(invalidArgument("name", "must be 1 to 64 letters, digits, dots, hyphens or underscores"));
}
