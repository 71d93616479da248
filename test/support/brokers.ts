import { randomBytes } from "node:crypto";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import type { DomainEvent, Result } from "denizen";
import type { Message, Publisher, PublishFailed } from "denizen/ports";
import { inFrontOf } from "./in-front-of.js";

export const natsUrl = process.env["NATS_URL"] ?? "nats://127.0.0.1:4222";
export const rabbitmqUrl = process.env["RABBITMQ_URL"] ?? "amqp://guest:guest@127.0.0.1:5672";

export const HOW_TO_START_NATS = `There is no NATS with JetStream at ${natsUrl}. Start one, on its standard port:
  docker run --rm -p 4222:4222 nats:2 -js
or set NATS_URL to one of yours.`;

export const HOW_TO_START_RABBITMQ = `There is no RabbitMQ at ${rabbitmqUrl}. Start one, on its standard port:
  docker run --rm -p 5672:5672 rabbitmq:3
or set RABBITMQ_URL to one of yours.`;

/** A name that nobody else on the server has. */
export const newName = (stem: string): string => `${stem}_${randomBytes(6).toString("hex")}`;

export const messageOf = (id: string, fields: Partial<Message> = {}): Message => ({
  id,
  type: "denizen.planet-named",
  key: "acme/planet/1",
  headers: { "content-type": "application/cloudevents+json; charset=utf-8" },
  body: JSON.stringify({ specversion: "1.0", id, type: "denizen.planet-named", source: "/tests" }),
  ...fields,
});

export const domainEventOf = (id: string, publisher: string, version: number): DomainEvent => ({
  id,
  type: "email-added",
  version: 1,
  occurredAt: "2026-11-20T09:30:00.000Z",
  publisher: { kind: "user", id: publisher, version },
  subject: publisher,
  payload: { email: "ada@example.com", primary: true },
  metadata: { actor: "anonymous", tenant: "acme", commitId: "c", correlationId: "r", causationId: null, trace: null },
});

/** Tries as a durable subscriber does; answers how often it failed. */
export async function publishUntilTaken(publisher: Publisher, message: Message): Promise<number> {
  for (let failures = 0; ; failures++) {
    const answer: Result<void, PublishFailed> = await publisher.publish(message);
    if (answer.isOk()) return failures;
    if (failures > 200) throw new Error(answer.error.message);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Publishes `<key>-0` to `<key>-149` of each key in order, while the broker goes away three times; answers how often it failed. */
export async function publishThroughOutages(publisher: Publisher, proxy: UnsteadyProxy, keys: readonly string[]): Promise<number> {
  const outages = (async () => {
    for (let outage = 0; outage < 3; outage++) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      proxy.cut();
      await new Promise((resolve) => setTimeout(resolve, 400));
      proxy.restore();
    }
  })();
  let failures = 0;
  const line = async (key: string): Promise<void> => {
    for (let index = 0; index < 150; index++) {
      failures += await publishUntilTaken(publisher, messageOf(`${key}-${index}`));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await Promise.all([...keys.map(line), outages]);
  return failures;
}

/** A way to a broker that can be cut, or say nothing any more. */
export interface UnsteadyProxy {
  readonly url: string;
  /** Connections break, and no new one is accepted. */
  cut(): void;
  /** Connections stay, new ones are accepted, and nothing gets through. */
  hang(): void;
  /** Nothing comes back: what is sent arrives. */
  mute(): void;
  /** What was held up arrives now. */
  restore(): void;
  close(): Promise<void>;
}

export async function unsteadyProxy(target: string): Promise<UnsteadyProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<readonly [client: Socket, upstream: Socket]>();
  let state: "open" | "cut" | "hung" | "mute" = "open";

  /** What is not read stays with whoever sent it, as in a network. */
  const steer = ([client, upstream]: readonly [Socket, Socket]): void => {
    if (state === "hung") client.pause();
    else client.resume();
    if (state === "open") upstream.resume();
    else upstream.pause();
  };

  const server = createServer((client) => {
    if (state === "cut") {
      client.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    const pair = [client, upstream] as const;
    const end = (): void => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
    client.on("data", (data) => {
      if (!upstream.write(data)) client.pause();
    });
    upstream.on("drain", () => steer(pair));
    upstream.on("data", (data) => client.write(data));
    pairs.add(pair);
    steer(pair);
  });

  const url = await inFrontOf(target, server);
  const turn = (next: typeof state): void => {
    state = next;
    for (const pair of pairs) steer(pair);
  };
  const disconnect = (): void => {
    for (const [client, upstream] of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };
  return {
    url,
    cut: () => {
      turn("cut");
      disconnect();
    },
    hang: () => turn("hung"),
    mute: () => turn("mute"),
    restore: () => turn("open"),
    close: async () => {
      disconnect();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
