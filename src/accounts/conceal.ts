import type { Engine } from "../engine.js";
import { err } from "../kernel/result.js";
import { invalidCredentials } from "../users/errors.js";
import type { Verdict } from "../users/prover.js";
import { sightOf } from "../users/verified.js";
import { accountIn } from "./gate.js";

/**
 * Where signing up must not tell that an address is somebody's, nothing that follows may tell that it was free: to whoever proves to
 * be the owner of an account that still waits, the proof was wrong, and it counts as wrong. The log has it as it was.
 */
export function conceal({ accounts }: Engine, verdict: Verdict): { readonly verdict: Verdict; readonly concealed: boolean } {
  const sight = verdict.outcome.isOk() ? sightOf(verdict.outcome.value) : undefined;
  if (!accounts.enumerationProtection || accountIn(sight)?.status !== "pending") return { verdict, concealed: false };
  const settlement = { ...verdict.settlement, succeeded: false };
  return { verdict: { ...verdict, outcome: err(invalidCredentials()), settlement }, concealed: true };
}
