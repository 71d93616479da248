import { domainError } from "../kernel/error.js";
import { type Result, ResultAsync, err, ok } from "../kernel/result.js";
import type { BreachCheck, BreachCheckUnavailable } from "../ports/breach-check.js";
import { isBuiltOn, contextWords } from "./values/context-words.js";
import { isCommon } from "./values/common-password.js";
import { Password, type PasswordProblem, type PasswordRejected, passwordRejected } from "./values/password.js";

export type PasswordPolicyOptions = {
  /** Code points; 8 by default. */
  readonly minimum?: number;
  /** Words of the product: its name, its domain. */
  readonly context?: readonly string[];
  /** What it means that the check cannot be made: `open` lets the password pass, `closed` refuses it. */
  readonly breach?: { readonly check: BreachCheck; readonly onFailure: "open" | "closed" };
};

/** Decides which passwords may be set. NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2: length and block lists, no composition rules. */
export interface PasswordPolicy {
  /**
   * `words` are what goes with the account: names, user name, e-mail addresses, as they are.
   * Errors: `password-rejected`; `breach-check-unavailable` if the policy fails closed.
   */
  check(input: unknown, words?: readonly string[]): ResultAsync<Password, PasswordRejected | BreachCheckUnavailable>;
}

/** One ground for refusing a password of the right length. */
type Rule = {
  readonly reason: PasswordProblem;
  refuses(password: Password, words: readonly string[]): Promise<Result<boolean, BreachCheckUnavailable>>;
};

const common: Rule = {
  reason: "common",
  refuses: async (password) => ok(await isCommon(password.reveal())),
};

const contextual: Rule = {
  reason: "contextual",
  refuses: async (password, words) => ok(isBuiltOn(password.reveal(), words)),
};

const breached = ({ check, onFailure }: NonNullable<PasswordPolicyOptions["breach"]>): Rule => ({
  reason: "breached",
  refuses: async (password) => {
    const answer = await ask(check, password);
    return answer.isErr() && onFailure === "open" ? ok(false) : answer;
  },
});

/** The rules in the order in which they are asked: the one that costs a network call last. */
export function passwordPolicy(options: PasswordPolicyOptions = {}): PasswordPolicy {
  const { minimum, context = [], breach } = options;
  const rules: readonly Rule[] = [contextual, common, ...(breach === undefined ? [] : [breached(breach)])];
  const length = minimum === undefined ? {} : { minimum };
  return Object.freeze({
    check(input: unknown, words: readonly string[] = []) {
      const parsed = Password.parse(input, length);
      return new ResultAsync(
        parsed.isErr() ? Promise.resolve(err(parsed.error)) : firstRefusal(rules, parsed.value, contextWords(context, words)),
      );
    },
  });
}

async function firstRefusal(
  rules: readonly Rule[],
  password: Password,
  words: readonly string[],
): Promise<Result<Password, PasswordRejected | BreachCheckUnavailable>> {
  for (const rule of rules) {
    const refused = await rule.refuses(password, words);
    if (refused.isErr()) return err(refused.error);
    if (refused.value) return err(passwordRejected(rule.reason));
  }
  return ok(password);
}

/** A check that throws, rejects or answers nonsense has not answered. */
async function ask(check: BreachCheck, password: Password): Promise<Result<boolean, BreachCheckUnavailable>> {
  try {
    const answer = await check.isBreached(password);
    return answer.isOk() && typeof answer.value !== "boolean" ? err(unavailable()) : answer;
  } catch {
    return err(unavailable());
  }
}

const unavailable = (): BreachCheckUnavailable => domainError("breach-check-unavailable", "The breach check did not answer.");
