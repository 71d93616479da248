import { isIP } from "node:net";
import { ConfigurationError, Secret } from "denizen";
import { parsedMailbox } from "./mailbox.js";
import type { Mailbox, ParsedMailbox } from "./mailbox.js";

/** How to know the server; a certificate that cannot be checked is never accepted. */
export interface SmtpTls {
  /** Certificates of authorities to trust instead of the well-known ones, PEM. */
  readonly ca?: string | readonly string[];
  /** The name in the certificate, where it is not `host`. */
  readonly servername?: string;
  /** Default: `TLSv1.2`. */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3";
  /** The client's own certificate and its key, PEM, for servers that ask for one. */
  readonly cert?: string;
  readonly key?: string;
}

export interface SmtpOptions {
  /** `smtp://user:password@host:587` or `smtps://…`, percent-encoded. Either this or `host`, `port`, `secure` and `auth`. */
  readonly url?: string | Secret;
  readonly host?: string;
  /** Default: 587, or 465 with `secure`. */
  readonly port?: number;
  /** TLS from the first byte on. Default: whether the port is 465. Otherwise the connection is upgraded (STARTTLS), or given up. */
  readonly secure?: boolean;
  readonly auth?: { readonly user: string; readonly pass: string | Secret };
  readonly from: Mailbox;
  readonly replyTo?: Mailbox;
  /** Connections kept open at most. Default: 5. */
  readonly pool?: { readonly connections?: number };
  readonly tls?: SmtpTls;
  /** No TLS at all: for development, with a server on this very machine. */
  readonly insecure?: boolean;
  /** Milliseconds, waiting for a connection included, after which the answer is `message-failed`. 10 000 by default. */
  readonly timeout?: number;
}

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly auth: { readonly user: string; readonly pass: Secret } | undefined;
  readonly from: ParsedMailbox;
  readonly replyTo: ParsedMailbox | undefined;
  readonly connections: number;
  readonly tls: SmtpTls;
  readonly insecure: boolean;
  readonly timeout: number;
}

const KNOWN = new Set(["url", "host", "port", "secure", "auth", "from", "replyTo", "pool", "tls", "insecure", "timeout"]);
const POOL = new Set(["connections"]);
const TLS = new Set(["ca", "servername", "minVersion", "cert", "key"]);
const IN_URL = ["host", "port", "secure", "auth"] as const;
const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

/** Fills in the defaults. Throws one `ConfigurationError` that names every problem, and no secret. */
export function settingsOf(options: SmtpOptions): Settings {
  if (typeof options !== "object" || options === null) throw new ConfigurationError(["smtp: the options must be an object"]);
  const { url, pool = {}, tls = {}, insecure = false, timeout = 10_000 } = options;
  const server = url === undefined ? options : serverIn(url);
  const { host, auth } = server ?? {};
  const secure = server?.secure ?? server?.port === 465;
  const port = server?.port ?? (secure ? 465 : 587);
  const from = parsedMailbox(options.from);
  const replyTo = options.replyTo === undefined ? undefined : parsedMailbox(options.replyTo);
  const connections = pool?.connections ?? 5;
  const problems = [
    ...unknownIn("", options, KNOWN),
    ...(url === undefined
      ? []
      : IN_URL.filter((name) => options[name] !== undefined).map((name) => `either url or ${name} must be given, not both`)),
    ...(server === undefined ? ["url must be smtp://user:password@host:port or smtps://…, percent-encoded, with nothing behind it"] : []),
    ...(server === undefined || isHost(host) ? [] : ["host must be the name or the address of the server"]),
    ...(isWhole(port, 1, 65_535) ? [] : ["port must be a whole number from 1 to 65535"]),
    ...(typeof secure === "boolean" ? [] : ["secure must be true or false"]),
    ...(auth === undefined || isAuth(auth) ? [] : ["auth must have a user and a pass"]),
    ...(from === undefined ? ["from must be an e-mail address, or a name with one: Acme <no-reply@acme.example>"] : []),
    ...(options.replyTo !== undefined && replyTo === undefined ? ["replyTo must be an e-mail address, or a name with one"] : []),
    ...(isWhole(connections, 1, 100) ? [] : ["pool.connections must be a whole number from 1 to 100"]),
    ...unknownIn("pool.", pool, POOL),
    ...unknownIn("tls.", tls, TLS),
    ...(typeof insecure === "boolean" ? [] : ["insecure must be true or false"]),
    ...(insecure !== true || (isHost(host) && LOCAL.test(host)) ? [] : ["insecure is for a server on this machine only: localhost"]),
    ...(insecure !== true || secure !== true ? [] : ["either insecure or secure, not both"]),
    ...(isWhole(timeout, 1, 600_000) ? [] : ["timeout must be a whole number from 1 to 600000 ms"]),
  ];
  if (problems.length > 0 || from === undefined || !isHost(host))
    throw new ConfigurationError(problems.map((problem) => `smtp: ${problem}`));
  return {
    host,
    port,
    secure,
    auth: auth === undefined ? undefined : { user: auth.user, pass: hidden(auth.pass) },
    from,
    replyTo,
    connections,
    tls: { minVersion: "TLSv1.2", ...tls },
    insecure,
    timeout,
  };
}

type Server = Pick<SmtpOptions, (typeof IN_URL)[number]>;

/** Undefined for what is no such URL. Its query is refused: what would be read there could switch TLS off. */
function serverIn(address: unknown): Server | undefined {
  const text = address instanceof Secret ? address.reveal() : address;
  if (typeof text !== "string" || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  if (!["smtp:", "smtps:"].includes(protocol) || !["", "/"].includes(pathname) || search !== "" || hash !== "") return undefined;
  const [user, pass] = [decoded(username), decoded(password)];
  if (user === undefined || pass === undefined) return undefined;
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    ...(port === "" ? {} : { port: Number(port) }),
    ...(protocol === "smtps:" ? { secure: true } : {}),
    ...(user === "" && pass === "" ? {} : { auth: { user, pass } }),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const unknownIn = (path: string, object: unknown, known: ReadonlySet<string>): readonly string[] =>
  typeof object === "object" && object !== null
    ? Object.keys(object).flatMap((name) => (known.has(name) ? [] : [`there is no option ${path}${name}`]))
    : [`${path.slice(0, -1)} must be an object`];

/** A name, or an address: with colons and without brackets if it is of version 6. */
const isHost = (host: unknown): host is string => typeof host === "string" && (isIP(host) > 0 || /^[^\s/@?#:[\]]{1,253}$/.test(host));

const isWhole = (value: unknown, least: number, most: number): boolean =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;

const isAuth = (auth: unknown): boolean => {
  if (typeof auth !== "object" || auth === null) return false;
  const { user, pass } = auth as { readonly user?: unknown; readonly pass?: unknown };
  const secret = pass instanceof Secret ? pass.reveal() : pass;
  return typeof user === "string" && user !== "" && typeof secret === "string" && secret !== "";
};

const hidden = (pass: string | Secret): Secret => (pass instanceof Secret ? pass : new Secret(pass));
