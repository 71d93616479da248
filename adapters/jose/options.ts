import { ConfigurationError } from "denizen";
import { problemsOfKeys } from "./keys.js";
import type { AccessTokenKeys } from "./keys.js";

export interface JoseOptions {
  /** Who makes the tokens (`iss`), usually the service's URL. Compared as text. */
  readonly issuer: string;
  /** Whom they are for (`aud`), usually the API's URL. Compared as text: a token that is also for somebody else is refused. */
  readonly audience: string;
  readonly keys: AccessTokenKeys;
  /**
   * How far another process's clock may be ahead of this one's, in milliseconds: 5000 by default, 60000 at most. A token from further in
   * the future is refused. No token is accepted after its expiry.
   */
  readonly clockTolerance?: number;
}

export type Settings = Required<JoseOptions>;

const KNOWN = new Set(["issuer", "audience", "keys", "clockTolerance"]);

/** Fills in the default. Throws one `ConfigurationError` that names every problem. */
export function settingsOf(options: JoseOptions): Settings {
  if (typeof options !== "object" || options === null) throw new ConfigurationError(["jose: the options must be an object"]);
  const { issuer, audience, keys, clockTolerance = 5_000 } = options;
  const problems = [
    ...Object.keys(options)
      .filter((name) => !KNOWN.has(name))
      .map((name) => `jose: there is no option ${JSON.stringify(name)}`),
    ...problemsOfName("issuer", issuer),
    ...problemsOfName("audience", audience),
    ...problemsOfKeys(keys),
    ...(Number.isSafeInteger(clockTolerance) && clockTolerance >= 0 && clockTolerance <= 60_000
      ? []
      : ["jose: clockTolerance must be a whole number from 0 to 60000 ms"]),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { issuer, audience, keys: snapshot(keys), clockTolerance };
}

/** The keys as they were when they were looked at: a getter that throws later on would find nobody to catch it. */
const snapshot = ({ current, keys }: AccessTokenKeys): AccessTokenKeys => ({
  current,
  keys: Object.fromEntries(Object.entries(keys).map(([id, key]) => [id, { ...key }])),
});

const problemsOfName = (name: string, value: unknown): readonly string[] =>
  typeof value === "string" && value.length >= 1 && value.length <= 512 ? [] : [`jose: ${name} must be a text of 1 to 512 characters`];
