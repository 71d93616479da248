import { withDefaults } from "../kernel/defaults.js";
import { field } from "../kernel/hostile.js";
import type { Channel } from "../users/challenges/events.js";
import { defaultRoles, isProtectedRole, isRole, problemsOfRoles } from "./roles.js";
import type { DefaultRole, RoleHierarchy } from "./roles.js";
import type { Activation, Lifetimes } from "./services.js";

/** Settings of the accounts context. All are optional. */
export interface AccountsConfig<R extends string = DefaultRole> {
  /** Roles, and who is below whom: see `defineRoles`. Default: `user`, `admin`, `super-admin`. */
  readonly roles?: RoleHierarchy<R>;
  /** The role of who signs up. Default: `user`, where the hierarchy has it; none otherwise. */
  readonly initialRole?: NoInfer<R> | null;
  /**
   * How an account becomes active: at once (the default), by its owner's credentials, by the proof of an address of each kind in
   * `verify`, or by an administrator.
   */
  readonly activation?: Activation;
  /** Which kinds of address are sent a code or link in the commit of the sign-up. Default: `["email"]` where that activates; none otherwise. */
  readonly verify?: readonly Channel[];
  /**
   * Whether signing up must not tell that an address is somebody's already. Takes `activation: "verified"` or `"administrator"`, because
   * who can use a new account at once learns by that. Default false.
   */
  readonly enumerationProtection?: boolean;
  /** Keys of methods that a log-in asks for after another factor, once the user has a credential of theirs. */
  readonly secondFactors?: readonly string[];
  /** Whether administrators may choose passwords for others (`setAccountPassword`). Default false. */
  readonly setAccountPassword?: boolean;
  /**
   * In milliseconds: an access token 15 minutes, a session without refresh 7 days, a session at most 30 days (NIST SP 800-63B-4
   * §2.1.3), grace for a refresh token that was just replaced 10 seconds, a proof 10 minutes.
   */
  readonly lifetimes?: Partial<Lifetimes>;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const LIFETIMES: Lifetimes = {
  accessToken: 15 * MINUTE,
  idle: 7 * DAY,
  absolute: 30 * DAY,
  grace: 10_000,
  proof: 10 * MINUTE,
};

/** What is left out stands at its default. */
export function accountSettings(config: AccountsConfig<string> = {}) {
  const { roles: hierarchy = defaultRoles, activation = "immediate", enumerationProtection = false, secondFactors = [] } = config;
  const { initialRole = isRole(hierarchy, "user") ? "user" : null, setAccountPassword = false } = config;
  const { verify = activation === "verified" ? ["email"] : [] } = config;
  const lifetimes = withDefaults(LIFETIMES, config.lifetimes);
  return { hierarchy, initialRole, activation, verify, enumerationProtection, secondFactors, setAccountPassword, lifetimes };
}

const LONGEST = 400 * DAY;
const BOUNDS: { readonly [Name in keyof Lifetimes]: readonly [least: number, most: number] } = {
  accessToken: [1000, DAY],
  idle: [MINUTE, LONGEST],
  absolute: [MINUTE, LONGEST],
  grace: [0, MINUTE],
  proof: [1000, 60 * MINUTE],
};

/** Everything that is wrong with the settings, whoever wrote them; `methods` are the configured ones. */
export function problemsOfAccounts(accounts: unknown, methods: unknown): readonly string[] {
  if (accounts === undefined) return [];
  if (typeof accounts !== "object" || accounts === null) return ["accounts must be an object of settings"];
  const of = (name: string): unknown => field(accounts, name);
  const roles = of("roles") === undefined ? [] : problemsOfRoles(field(of("roles"), "rules"));
  return [
    ...roles.map((problem) => `accounts.${problem}`),
    ...(roles.length > 0 ? [] : problemsOfInitialRole(of("initialRole"), of("roles"))),
    ...(["immediate", "own", "verified", "administrator", undefined].includes(of("activation") as string | undefined)
      ? []
      : ['accounts.activation must be "immediate", "own", "verified" or "administrator"']),
    ...problemsOfVerify(of("verify"), of("activation")),
    ...["enumerationProtection", "setAccountPassword"].flatMap((name) =>
      ["boolean", "undefined"].includes(typeof of(name)) ? [] : [`accounts.${name} must be true or false`],
    ),
    ...(of("enumerationProtection") === true && !["verified", "administrator"].includes(of("activation") as string)
      ? [
          'accounts.enumerationProtection takes activation "verified" or "administrator": who can activate an account himself learns that its address was free',
        ]
      : []),
    ...problemsOfSecondFactors(of("secondFactors") === undefined ? [] : of("secondFactors"), methods),
    ...problemsOfLifetimes(of("lifetimes")),
  ];
}

function problemsOfVerify(verify: unknown, activation: unknown): readonly string[] {
  if (verify === undefined) return [];
  // A copy has no holes, which `every` would pass over.
  const valid = Array.isArray(verify) && Array.from<unknown>(verify).every((kind) => kind === "email" || kind === "phone");
  if (!valid) return ['accounts.verify must be a list of "email" and "phone"'];
  return activation === "verified" && verify.length === 0 ? ["accounts.verify must name what has to be proved"] : [];
}

function problemsOfInitialRole(role: unknown, roles: unknown): readonly string[] {
  if (role === undefined || role === null) return [];
  // `problemsOfRoles` has found nothing wrong with it.
  const hierarchy = (roles ?? defaultRoles) as RoleHierarchy;
  if (!isRole(hierarchy, role)) return ["accounts.initialRole must be one of accounts.roles"];
  return isProtectedRole(hierarchy, role) ? ["accounts.initialRole must not be protected: nobody gets such a role by signing up"] : [];
}

function problemsOfSecondFactors(factors: unknown, methods: unknown): readonly string[] {
  if (!Array.isArray(factors)) return ["accounts.secondFactors must be a list of keys of methods"];
  return factors.flatMap((key: unknown) =>
    typeof key === "string" && ["possession", "inherence"].includes(String(field(field(methods, key), "factor")))
      ? []
      : ["accounts.secondFactors must name methods that are configured, and whose factor is possession or inherence"],
  );
}

function problemsOfLifetimes(lifetimes: unknown): readonly string[] {
  return Object.entries(BOUNDS).flatMap(([name, [least, most]]) => {
    const value = field(lifetimes, name);
    const valid = value === undefined || (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most);
    return valid ? [] : [`accounts.lifetimes.${name} must be a whole number of milliseconds from ${least} to ${most}`];
  });
}
