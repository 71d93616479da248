import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import type { ConfirmChannel } from "amqplib";
import { Line } from "../../adapters/rabbitmq/line.js";

/** A channel whose broker says nothing until it is told to. */
class Channel extends EventEmitter {
  readonly #confirms: ((reason: Error | null) => void)[] = [];

  publish(...args: readonly unknown[]): boolean {
    this.#confirms.push(args[4] as (reason: Error | null) => void);
    return true;
  }

  return(messageId: string): void {
    this.emit("return", { properties: { messageId } });
  }

  /** All that was published so far, as an ack of several at once does. */
  confirm(): void {
    for (const confirm of this.#confirms.splice(0)) confirm(null);
  }
}

test("of two publishes of one event, both returned and confirmed together, none counts as taken", async () => {
  const channel = new Channel();
  const line = new Line(channel as unknown as ConfirmChannel, "exchange", true);
  const sent = { id: "event", type: "user-created", routingKey: "key", headers: {}, body: "{}" };
  const both = [line.send(sent), line.send(sent)];
  channel.return("event");
  channel.return("event");
  channel.confirm();
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const third = line.send(sent);
  channel.confirm();
  await expect(third).resolves.toBeUndefined();
});
