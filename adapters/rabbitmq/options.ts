import type { ChannelModel, RecoveringChannelModel } from "amqplib";
import { ConfigurationError } from "denizen";
import type { Message } from "denizen/ports";

export type Connection = ChannelModel | RecoveringChannelModel;

export interface RabbitMqOptions {
  /** `amqp://user:password@host:5672/vhost`, or `amqps:`. Either this or `connection`. */
  readonly url?: string;
  /** A connection of yours, which you close: `await connect(url, { recovery: true, …tls })`, so that it comes back by itself. */
  readonly connection?: Connection;
  /** The topic exchange. An event's routing key is `<tenant>.<type>`, so that `acme.#` hears one tenant and `*.denizen.user-created` one type. */
  readonly exchange: string;
  /** Another routing key for a message. At most 255 bytes. */
  readonly routingKey?: (message: Message) => string;
  /** Creates the exchange, durable, when it is missing. */
  readonly ensureExchange?: boolean;
  /**
   * A message that no queue is bound for is dropped by the broker. `ignore` (the default) lets it, as nobody wants it; `fail` makes it
   * `publish-failed`, so that it is tried again until somebody does.
   */
  readonly unroutable?: "ignore" | "fail";
  /** Milliseconds, connecting included, after which the answer is `publish-failed`. 5000 by default. */
  readonly timeout?: number;
}

export interface Settings {
  /** The host's, or where to connect to. */
  readonly connection: Connection | string;
  readonly exchange: string;
  readonly routingKeyOf: (message: Message) => string;
  readonly ensureExchange: boolean;
  readonly mandatory: boolean;
  readonly timeout: number;
}

const KNOWN = new Set(["url", "connection", "exchange", "routingKey", "ensureExchange", "unroutable", "timeout"]);

/** Fills in the defaults. Throws one `ConfigurationError` that names every problem. */
export function settingsOf(options: RabbitMqOptions): Settings {
  if (typeof options !== "object" || options === null) throw new ConfigurationError(["rabbitmq: the options must be an object"]);
  const { url, connection, exchange, routingKey = tenantAndType, ensureExchange = false, unroutable = "ignore", timeout = 5_000 } = options;
  const problems = [
    ...Object.keys(options)
      .filter((name) => !KNOWN.has(name))
      .map((name) => `there is no option ${JSON.stringify(name)}`),
    ...((url === undefined) === (connection === undefined) ? ["either url or connection must be given"] : []),
    ...(url === undefined || isUrl(url) ? [] : ["url must be an amqp: or amqps: address"]),
    ...(connection === undefined || typeof connection?.createConfirmChannel === "function"
      ? []
      : ["connection must be a connection of amqplib's promises"]),
    ...(typeof exchange === "string" && exchange.length >= 1 && exchange.length <= 127
      ? []
      : ["exchange must be a name of 1 to 127 characters"]),
    ...(typeof routingKey === "function" ? [] : ["routingKey must be a function"]),
    ...(typeof ensureExchange === "boolean" ? [] : ["ensureExchange must be true or false"]),
    ...(["ignore", "fail"].includes(unroutable) ? [] : ['unroutable must be "ignore" or "fail"']),
    ...(Number.isSafeInteger(timeout) && timeout >= 1 && timeout <= 600_000 ? [] : ["timeout must be a whole number from 1 to 600000 ms"]),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => `rabbitmq: ${problem}`));
  return {
    connection: connection ?? withHeartbeat(String(url)),
    exchange,
    routingKeyOf: routingKey,
    ensureExchange,
    mandatory: unroutable === "fail",
    timeout,
  };
}

const tenantAndType = ({ key, type }: Message): string => `${key.split("/", 1)[0] ?? ""}.${type}`;

const isUrl = (url: unknown): boolean =>
  typeof url === "string" && URL.canParse(url) && ["amqp:", "amqps:"].includes(new URL(url).protocol);

/** Without one of the client's, a broker that says nothing would be noticed after two minutes. */
function withHeartbeat(url: string): string {
  const address = new URL(url);
  if (!address.searchParams.has("heartbeat")) address.searchParams.set("heartbeat", "10");
  return address.href;
}
