import type { ConfirmChannel } from "amqplib";

/** One message, as the broker shall have it. */
export interface Sent {
  readonly id: string;
  readonly type: string;
  readonly routingKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A channel of publisher confirms to one exchange. */
export class Line {
  readonly #channel: ConfirmChannel;
  readonly #exchange: string;
  readonly #mandatory: boolean;
  /** Ids of messages that came back because no queue wants them, once for each time: two of an id may be on their way. */
  readonly #returned: unknown[] = [];
  /** Pending while the socket's buffer is full. */
  #room: Promise<void> | undefined;
  #release: (() => void) | undefined;

  constructor(channel: ConfirmChannel, exchange: string, mandatory: boolean) {
    this.#channel = channel;
    this.#exchange = exchange;
    this.#mandatory = mandatory;
    channel.on("return", ({ properties }) => this.#returned.push(properties.messageId));
    channel.on("drain", () => this.#hasRoom());
    channel.on("close", () => this.#hasRoom());
  }

  /** What is sent while there is one only fills the memory; when it is done, somebody else may have been faster. */
  get room(): Promise<void> | undefined {
    return this.#room;
  }

  /** Until the broker has confirmed it. Rejects when it refuses it, when nobody wants it, and when the channel closes before. */
  send({ id, type, routingKey, headers, body }: Sent): Promise<void> {
    const options = {
      messageId: id,
      type,
      headers,
      contentType: headers["content-type"] ?? "",
      persistent: true,
      mandatory: this.#mandatory,
    };
    return new Promise((resolve, reject) => {
      const confirmed = (reason: Error | null | undefined): void => {
        // The broker returns a message before it confirms it.
        const index = this.#returned.indexOf(id);
        if (index >= 0) this.#returned.splice(index, 1);
        if (reason) reject(reason);
        else if (index >= 0) reject(new Error(`no queue is bound for ${routingKey}`));
        else resolve();
      };
      const full = !this.#channel.publish(this.#exchange, routingKey, Buffer.from(body), options, confirmed);
      if (full) this.#room ??= new Promise((release) => (this.#release = release));
    });
  }

  #hasRoom(): void {
    this.#release?.();
    this.#room = undefined;
  }
}
