import { ConfigurationError, Secret } from "denizen";
import type { Clock } from "denizen/ports";
import { bytesOfSecrets, MOST_SECRETS } from "./secrets.js";
import type { SigningSecrets } from "./secrets.js";
import { KEY_HEADER } from "./signature.js";

export interface HttpRequest {
  readonly method: "POST";
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
}

/** As much of the Web's `fetch` as is needed. */
export type SmsFetch = (
  url: string,
  request: HttpRequest,
) => Promise<{ readonly status: number; readonly body: { cancel(): Promise<void> } | null }>;

export type SmsHttpOptions = SigningSecrets & {
  /** Where the gateway listens: `https:`, or `http:` on this machine. */
  readonly url: string | URL;
  /** The sender, as the gateway knows it: 1 to 64 characters. Left out of the request by default. */
  readonly from?: string;
  /** Milliseconds after which the answer is `message-failed`. 10 000 by default, 600 000 at most. */
  readonly timeout?: number;
  /** Further headers, as an `authorization` that the gateway asks for. */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  /** The runtime's own by default. */
  readonly fetch?: SmsFetch;
  /** What time the requests are signed with. The runtime's own by default. */
  readonly clock?: Clock;
};

export interface Settings {
  readonly url: string;
  readonly secrets: readonly Uint8Array<ArrayBuffer>[];
  readonly from: string | undefined;
  readonly timeout: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: SmsFetch;
  readonly clock: Clock;
}

const KNOWN = new Set(["url", "secret", "secrets", "from", "timeout", "headers", "fetch", "clock"]);

/** Fills in the defaults. Throws one `ConfigurationError` that names every problem, and shows no value: each may be a secret. */
export function settingsOf(options: SmsHttpOptions): Settings {
  if (typeof options !== "object" || options === null) throw new ConfigurationError(["smsHttp: the options must be an object"]);
  const { from, timeout = 10_000, headers = {}, fetch = globalThis.fetch, clock = { now: Date.now } } = options;
  const [url, secrets, plain] = [urlOf(options.url), bytesOfSecrets(options), plainHeaders(headers)];
  const problems = [
    ...Object.keys(options)
      .filter((name) => !KNOWN.has(name))
      .map((name) => `there is no option ${JSON.stringify(name)}`),
    ...(url === undefined ? ["url must be an https: address, or http: of localhost, without user, password and fragment"] : []),
    ...(secrets === undefined ? [`either secret or secrets must be given, 1 to ${MOST_SECRETS} of at least 32 bytes each`] : []),
    ...(from === undefined || (typeof from === "string" && from.length >= 1 && from.length <= 64)
      ? []
      : ["from must be a text of 1 to 64 characters"]),
    ...(Number.isSafeInteger(timeout) && timeout >= 1 && timeout <= 600_000 ? [] : ["timeout must be a whole number from 1 to 600000 ms"]),
    ...(plain === undefined ? ["headers must be texts by their names, none of them one that the request has of its own"] : []),
    ...(typeof fetch === "function" ? [] : ["fetch must be a function as the Web's fetch; this runtime has none of its own"]),
    ...(typeof clock?.now === "function" ? [] : ["clock must have now()"]),
  ];
  if (problems.length > 0 || url === undefined || secrets === undefined || plain === undefined)
    throw new ConfigurationError(problems.map((problem) => `smsHttp: ${problem}`));
  return { url, secrets, from, timeout, headers: plain, fetch, clock };
}

const HERE = new Set(["localhost", "127.0.0.1", "[::1]"]);

function urlOf(given: unknown): string | undefined {
  const text = given instanceof URL ? given.href : given;
  if (typeof text !== "string" || !URL.canParse(text)) return undefined;
  const { protocol, hostname, username, password, hash, href } = new URL(text);
  const isSafe = protocol === "https:" || (protocol === "http:" && HERE.has(hostname));
  return isSafe && `${username}${password}${hash}` === "" ? href : undefined;
}

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const OWN = new Set(["content-type", "content-length", "transfer-encoding", "connection", "host", KEY_HEADER]);

/** By their names in lower case; undefined when one of them could not be sent, or would take the place of one of ours. */
function plainHeaders(headers: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof headers !== "object" || headers === null) return undefined;
  const all = Object.entries(headers).map(([name, value]): readonly [string, unknown] => [
    name.toLowerCase(),
    value instanceof Secret ? value.reveal() : value,
  ]);
  const isFine = all.every(
    ([name, value]) =>
      NAME.test(name) && !OWN.has(name) && !name.startsWith("x-denizen-") && typeof value === "string" && VALUE.test(value),
  );
  return isFine ? Object.fromEntries(all.map(([name, value]) => [name, String(value)])) : undefined;
}
