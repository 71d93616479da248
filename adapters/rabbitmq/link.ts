import { Line } from "./line.js";
import type { Connection, Settings } from "./options.js";

/** How many may wait for the socket before it counts as full: a message is two or more. */
const FRAMES = 64;

/** The connection and its channel: opened when first needed, and again when lost. */
export class Link {
  readonly #settings: Settings;
  #connecting: Promise<Connection> | undefined;
  #opening: Promise<Line> | undefined;
  #disposed = false;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  open(): Promise<Line> {
    if (this.#disposed) return Promise.reject(new Error("the publisher has been disposed"));
    const opening = (this.#opening ??= this.#open(() => {
      if (this.#opening === opening) this.#opening = undefined;
    }));
    return opening;
  }

  /** Closes what it opened itself. Never rejects. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    if (typeof this.#settings.connection === "string") await this.#connecting?.then((model) => model.close()).catch(() => undefined);
  }

  async #open(forget: () => void): Promise<Line> {
    const { exchange, ensureExchange, mandatory } = this.#settings;
    try {
      const model = await (this.#connecting ??= this.#connect());
      const channel = await model.createConfirmChannel({ highWaterMark: FRAMES });
      // Whoever waits for a confirm is told; an `error` that nobody listens to would end the process.
      channel.on("error", () => undefined);
      channel.on("close", forget);
      if (ensureExchange) await channel.assertExchange(exchange, "topic", { durable: true });
      else await channel.checkExchange(exchange);
      return new Line(channel, exchange, mandatory);
    } catch (reason) {
      forget();
      throw reason;
    }
  }

  /** The client connects again by itself, for ever, and less often the longer it takes. */
  async #connect(): Promise<Connection> {
    const { connection, timeout } = this.#settings;
    if (typeof connection !== "string") return connection;
    const { connect } = await import("amqplib");
    const model = await connect(connection, { timeout, recovery: { waitForConnect: false, initialDelay: 100, maxDelay: 5_000 } });
    return model.on("error", () => undefined);
  }
}
