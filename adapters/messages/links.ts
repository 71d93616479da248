import type { LinkedPurpose } from "denizen";

/**
 * Where the links of each purpose lead: `https://app.example/verify#token={token}`. From the configuration and never from a request,
 * whose `Host` header is whatever its sender likes. Behind a `#` the token stays out of the logs of servers and proxies.
 */
export type Links = { readonly [Purpose in LinkedPurpose]?: string };

// A record, so that a purpose left out does not compile.
export const LINKED: { readonly [Purpose in LinkedPurpose]: true } = {
  "verify-email": true,
  "change-email": true,
  "revert-email": true,
  "reset-password": true,
  "log-in": true,
  invitation: true,
};

const PLACE = "{token}";
const HERE = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Encoded: a token's own characters never become parts of the URL. */
export const filled = (base: string, token: string): string => new URL(base.replace(PLACE, () => encodeURIComponent(token))).href;

export function problemsOfLinks(links: unknown): readonly string[] {
  if (typeof links !== "object" || links === null) return ["links must be an object of URLs"];
  return Object.entries(links).flatMap(([purpose, base]: [string, unknown]) => {
    if (!Object.hasOwn(LINKED, purpose)) return [`links: there is no link for ${JSON.stringify(purpose)}`];
    return base === undefined ? [] : problemsOf(base).map((problem) => `links[${JSON.stringify(purpose)}] ${problem}`);
  });
}

function problemsOf(base: unknown): readonly string[] {
  if (typeof base !== "string" || base.split(PLACE).length !== 2) return [`must be a URL with ${PLACE} in it, once`];
  const [before = ""] = base.split(PLACE);
  if (!URL.canParse(base.replace(PLACE, "a"))) return ["must be an absolute URL"];
  const { protocol, hostname, origin, username, password } = new URL(base.replace(PLACE, "a"));
  const isHere = protocol === "http:" && HERE.has(hostname);
  return [
    ...(protocol === "https:" || isHere ? [] : ["must be https"]),
    ...(username === "" && password === "" ? [] : ["must not hold credentials"]),
    ...(URL.canParse(before) && new URL(before).origin === origin ? [] : [`must have ${PLACE} behind its host`]),
  ];
}
