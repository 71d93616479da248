import type { StreamConfig } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { NatsConnection } from "@nats-io/transport-node";
import { ConfigurationError } from "denizen";
import type { Message } from "denizen/ports";

export interface NatsOptions {
  /** `nats://127.0.0.1:4222`, one or several of a cluster. Either this or `connection`. */
  readonly servers?: string | readonly string[];
  /**
   * A connection of yours, which you close, or how to make one, with credentials and TLS for instance: it is called when the first
   * event is published and whenever the connection before it has closed for good, and what it makes is closed with the publisher.
   */
  readonly connection?: NatsConnection | (() => Promise<NatsConnection>);
  /** The JetStream stream that keeps the events; another one that hears the subject is not content enough. */
  readonly stream: string;
  /**
   * What subjects begin with, `events` by default: an event is published to `events.<tenant>.<type>`, so that `events.acme.>` hears one
   * tenant and `events.*.denizen.user-created` one type. Or the whole subject of a message.
   */
  readonly subject?: string | ((message: Message) => string);
  /** Creates the stream when it is missing, for everything below the subject, with these settings. One that is there stays as it is. */
  readonly ensureStream?: boolean | Partial<Omit<StreamConfig, "name">>;
  /** Milliseconds, connecting included, after which the answer is `publish-failed`. 5000 by default. */
  readonly timeout?: number;
}

export interface Settings {
  readonly connection: NatsConnection | (() => Promise<NatsConnection>);
  readonly stream: string;
  readonly subjectOf: (message: Message) => string;
  readonly ensureStream: Partial<StreamConfig> | undefined;
  readonly timeout: number;
}

const KNOWN = new Set(["servers", "connection", "stream", "subject", "ensureStream", "timeout"]);
const SUBJECT = /^[^\s.*>]+(?:\.[^\s.*>]+)*$/;

/** Fills in the defaults. Throws one `ConfigurationError` that names every problem. */
export function settingsOf(options: NatsOptions): Settings {
  if (typeof options !== "object" || options === null) throw new ConfigurationError(["nats: the options must be an object"]);
  const { servers, connection, stream, subject = "events", ensureStream = false, timeout = 5_000 } = options;
  const problems = [
    ...Object.keys(options)
      .filter((name) => !KNOWN.has(name))
      .map((name) => `there is no option ${JSON.stringify(name)}`),
    ...((servers === undefined) === (connection === undefined) ? ["either servers or connection must be given"] : []),
    ...(servers === undefined || areServers(servers) ? [] : ["servers must be an address or a list of them"]),
    ...(connection === undefined || isConnection(connection) ? [] : ["connection must be a NatsConnection or make one"]),
    ...(typeof stream === "string" && /^[^\s.*>/\\]{1,255}$/.test(stream) ? [] : ["stream must be a name without spaces, dots, * and >"]),
    ...(typeof subject === "function" || (typeof subject === "string" && SUBJECT.test(subject))
      ? []
      : ["subject must be names with dots between them, or a function"]),
    ...(typeof ensureStream === "boolean" || (typeof ensureStream === "object" && ensureStream !== null)
      ? []
      : ["ensureStream must be true, false or the settings of a stream"]),
    ...(typeof subject === "function" && ensureStream !== false && (ensureStream === true || ensureStream?.subjects === undefined)
      ? ["ensureStream must name the subjects when subject is a function"]
      : []),
    ...(Number.isSafeInteger(timeout) && timeout >= 1 && timeout <= 600_000 ? [] : ["timeout must be a whole number from 1 to 600000 ms"]),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => `nats: ${problem}`));
  const subjectOf = typeof subject === "function" ? subject : (message: Message) => `${subject}.${tenantOf(message)}.${message.type}`;
  const subjects = typeof subject === "string" ? { subjects: [`${subject}.>`] } : {};
  return {
    connection: connection ?? connectTo(typeof servers === "string" ? [servers] : [...(servers ?? [])]),
    stream,
    subjectOf: (message) => checked(subjectOf(message)),
    ensureStream: ensureStream === false ? undefined : { ...subjects, ...(ensureStream === true ? {} : ensureStream), name: stream },
    timeout,
  };
}

const areServers = (servers: unknown): boolean => {
  const all: readonly unknown[] = Array.isArray(servers) ? servers : [servers];
  return all.length > 0 && all.every((server) => typeof server === "string" && /^[^\s,]+$/.test(server));
};

const isConnection = (connection: unknown): boolean =>
  typeof connection === "function" ||
  (typeof connection === "object" && connection !== null && "request" in connection && typeof connection.request === "function");

/** The client connects again by itself, for ever; a server that says nothing is noticed within half a minute. */
const connectTo = (servers: string[]) => (): Promise<NatsConnection> =>
  connect({ servers, name: "denizen", maxReconnectAttempts: -1, reconnectTimeWait: 500, pingInterval: 10_000 });

const tenantOf = ({ key }: Message): string => key.split("/", 1)[0] ?? "";

function checked(subject: string): string {
  if (!SUBJECT.test(subject)) throw new TypeError(`this can be no subject: ${JSON.stringify(subject).slice(0, 100)}`);
  return subject;
}
