import { domainError } from "../kernel/error.js";
import type { Methods } from "../types.js";
import type { Sight } from "../users/verified.js";
import type { SecondFactorRequired } from "./errors.js";
import type { AccountServices } from "./services.js";

/** What is still to be proved by a user who has a second factor; nothing when the methods that have proved him are enough. */
export function missingFactor(
  { secondFactors, engine }: AccountServices,
  { user }: Sight,
  methods: readonly string[],
): SecondFactorRequired | undefined {
  // One that was set up and never proved asks for nothing: it might lock its owner out.
  const kinds = [...new Set(user.credentials.filter(({ confirmedAt }) => confirmedAt !== null).map(({ kind }) => kind))];
  const second = secondFactors.filter((key) => kinds.includes(key));
  const factors = new Set(methods.map((key) => factorOf(engine.users.methods, key)));
  const proved = methods.some((key) => second.includes(key));
  if (second.length === 0 || (factors.size >= 2 && proved)) return undefined;
  const asked = (proved ? kinds : second).filter((key) => !factors.has(factorOf(engine.users.methods, key)));
  // Who has no credential of another factor cannot be asked for one.
  if (asked.length === 0) return undefined;
  return domainError("second-factor-required", "a proof of a second factor is asked for", { methods: asked });
}

/**
 * Two proofs of one class are one factor (NIST SP 800-63B-4 §2). What was sent to an address stands in the place of the password: with it
 * it is still one.
 */
const factorOf = (methods: Methods, key: string): string => methods[key]?.factor ?? "knowledge";
