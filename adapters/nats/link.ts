import { JetStreamApiError, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { JetStreamClient, StreamConfig } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Settings } from "./options.js";

/** The server's answer when there is a stream of that name with other settings. */
const NAME_IN_USE = 10058;

/** The connection, opened when it is first needed, and again when it has closed for good. */
export class Link {
  readonly #settings: Settings;
  #opening: Promise<JetStreamClient> | undefined;
  #own: NatsConnection | undefined;
  #disposed = false;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  open(): Promise<JetStreamClient> {
    if (this.#disposed) return Promise.reject(new Error("the publisher has been disposed"));
    this.#opening ??= this.#open().catch((reason: unknown) => {
      this.#opening = undefined;
      throw reason;
    });
    return this.#opening;
  }

  /** Closes what it opened itself. Never rejects. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#opening?.catch(() => undefined);
    await this.#own?.close().catch(() => undefined);
  }

  async #open(): Promise<JetStreamClient> {
    const { connection, ensureStream } = this.#settings;
    const connected = typeof connection === "function" ? await connection() : connection;
    try {
      if (ensureStream !== undefined) await ensure(connected, ensureStream);
    } catch (reason) {
      if (connected !== connection) await connected.close();
      throw reason;
    }
    if (connected !== connection) this.#keep(connected);
    return jetstream(connected);
  }

  #keep(connection: NatsConnection): void {
    this.#own = connection;
    const forget = (): void => {
      this.#own = undefined;
      this.#opening = undefined;
    };
    connection.closed().then(forget, forget);
  }
}

async function ensure(connection: NatsConnection, config: Partial<StreamConfig>): Promise<void> {
  const { streams } = await jetstreamManager(connection, { checkAPI: false });
  try {
    // The name is always there; the client's type asks for more than the server does.
    await streams.add(config as Partial<StreamConfig> & Pick<StreamConfig, "name">);
  } catch (reason) {
    if (!(reason instanceof JetStreamApiError && reason.code === NAME_IN_USE)) throw reason;
  }
}
