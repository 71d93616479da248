import { LOG_IN_FIELDS } from "./accounts/log-in-input.js";
import { problemsOfAccounts } from "./accounts/config.js";
import { problemsOfAggregates } from "./aggregate-problems.js";
import { field } from "./kernel/hostile.js";
import { problemsOfKeys } from "./kernel/keys.js";
import type { Keys } from "./kernel/keys.js";
import { isWhole, LONGEST_WAIT } from "./kernel/whole.js";
import { problemsOfChallenges } from "./users/challenges/settings.js";

const isFunction = (value: unknown): boolean => typeof value === "function";

const has = (value: unknown, ...methods: readonly string[]): boolean => methods.every((method) => isFunction(field(value, method)));

/** Everything that is wrong with a configuration, whoever wrote it and whatever it is. */
export function problemsOf(config: unknown): readonly string[] {
  if (typeof config !== "object" || config === null) return ["new Application(…) takes an object with at least a store"];
  const of = (name: string): unknown => field(config, name);
  const wrong = (name: string, valid: boolean, what: string): readonly string[] =>
    of(name) === undefined || valid ? [] : [`${name} ${what}`];
  return [
    ...(has(of("store"), "load", "commit", "begin", "settle", "findCommand", "close")
      ? []
      : ["store must be a store, as of denizen/memory or denizen/drizzle"]),
    ...wrong(
      "passwordHasher",
      has(of("passwordHasher"), "hash", "verify", "recognises"),
      "must be a password hasher, as of denizen/argon2",
    ),
    ...problemsOfPasswords(of("passwords")),
    ...problemsOfMethods(of("methods")),
    ...problemsOfAggregates(of("aggregates")),
    ...wrong("attributes", isFunction(field(field(of("attributes"), "~standard"), "validate")), "must be a Standard Schema"),
    ...wrong("phoneNumbers", has(of("phoneNumbers"), "parse"), "must be a phone parser, as of denizen/phone"),
    ...problemsOfAttempts(of("attempts")),
    ...problemsOfChallenges(of("challenges")),
    ...wrong("messages", has(of("messages"), "send"), "must say messages, as of denizen/messages"),
    ...problemsOfAccounts(of("accounts"), of("methods")),
    ...wrong("accessTokens", has(of("accessTokens"), "issue", "verify"), "must issue and verify tokens, as of denizen/jose"),
    ...wrong("subscribers", isFunction(of("subscribers")), "must be a function: subscribers: (on) => [on(type, handler)]"),
    ...wrong("subscriberTimeout", isWhole(of("subscriberTimeout"), 1, LONGEST_WAIT), "must be a whole number of milliseconds"),
    ...wrong("onError", isFunction(of("onError")), "must be a function"),
    ...wrong("instrumentation", has(of("instrumentation"), "trace", "span", "count", "record"), "must be as of denizen/otel"),
    // Its own check looks at every part, whatever it is.
    ...(of("keys") === undefined ? [] : problemsOfKeys(of("keys") as Keys)),
    ...wrong("clock", has(of("clock"), "now"), "must have now()"),
    ...wrong("ids", has(of("ids"), "next"), "must have next()"),
    ...wrong("random", has(of("random"), "bytes"), "must have bytes(length)"),
  ];
}

function problemsOfPasswords(passwords: unknown): readonly string[] {
  if (passwords === undefined) return [];
  const [minimum = 8, breach, context = []] = [field(passwords, "minimum"), field(passwords, "breach"), field(passwords, "context")];
  return [
    ...(isWhole(minimum, 8, 256) ? [] : ["passwords.minimum must be a whole number from 8 to 256"]),
    ...(Array.isArray(context) && context.every((word) => typeof word === "string")
      ? []
      : ["passwords.context must be an array of strings"]),
    ...(breach === undefined ||
    (has(field(breach, "check"), "isBreached") && ["open", "closed"].includes(String(field(breach, "onFailure"))))
      ? []
      : ['passwords.breach must be { check: { isBreached }, onFailure: "open" | "closed" }']),
  ];
}

function problemsOfMethods(methods: unknown): readonly string[] {
  if (methods === undefined) return [];
  if (typeof methods !== "object" || methods === null) return ["methods must be an object of authentication methods"];
  return Object.entries(methods).flatMap(([key, method]) => [
    ...(key === "password" ? ["methods.password is denizen's own: configure passwordHasher"] : []),
    ...(LOG_IN_FIELDS.has(key) ? [`methods.${key}: a log-in needs this name for itself`] : []),
    ...(has(method, "enrol", "verify") ? [] : [`methods.${key} must have enrol and verify`]),
  ]);
}

function problemsOfAttempts(attempts: unknown): readonly string[] {
  if (attempts === undefined) return [];
  const limit = field(attempts, "limit") ?? 10;
  return [
    ...(isWhole(limit, 1, 100) ? [] : ["attempts.limit must be a whole number from 1 to 100 (NIST SP 800-63B-4 §3.2.2)"]),
    ...["first", "longest", "memory"].flatMap((name) =>
      isWhole(field(attempts, name) ?? 1, 1, LONGEST_WAIT) ? [] : [`attempts.${name} must be a whole number of milliseconds`],
    ),
  ];
}
