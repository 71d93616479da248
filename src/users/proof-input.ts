import { invalidArgument } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import { oneField } from "../kernel/input.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { AuthenticationMethod } from "../ports/authentication-method.js";
import type { Methods } from "../types.js";

export type InputOf<M extends Methods, Key extends PropertyKey> = Key extends keyof M
  ? M[Key] extends { enrol(input: infer I, context: never): unknown }
    ? I
    : never
  : never;

export type FailureOf<M extends Methods, Key extends keyof M> = M[Key] extends AuthenticationMethod<never, infer F> ? F : never;

/** One proof, addressed by the key of its method: `{ password: "…" }`. */
export type ProofInput<M extends Methods> = { readonly [Key in keyof M & string]: { readonly [K in Key]: InputOf<M, Key> } }[keyof M &
  string];

/** Reads which method is meant, and with what. Exactly one own field, whatever the object is. */
export function proofOf(proof: unknown): Result<{ readonly method: string; readonly input: unknown }, InvalidArgument> {
  const entry = oneField(proof);
  if (entry === undefined) return err(invalidArgument("proof", "must be an object with one authentication method's key"));
  return ok({ method: entry[0], input: entry[1] });
}
