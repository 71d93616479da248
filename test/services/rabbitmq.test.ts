import { connect } from "amqplib";
import type { Channel, ChannelModel, GetMessage, Options } from "amqplib";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Application, ConfigurationError } from "denizen";
import { decode, forward } from "denizen/cloudevents";
import { memory } from "denizen/memory";
import type { Message } from "denizen/ports";
import { rabbitmq } from "denizen/rabbitmq";
import type { RabbitMqOptions } from "denizen/rabbitmq";
import {
  HOW_TO_START_RABBITMQ,
  domainEventOf,
  messageOf,
  newName,
  publishThroughOutages,
  publishUntilTaken,
  rabbitmqUrl,
  unsteadyProxy,
} from "../support/brokers.js";
import type { UnsteadyProxy } from "../support/brokers.js";

let connection: ChannelModel;
const warnings: Error[] = [];
beforeAll(async () => {
  process.on("warning", (warning) => warnings.push(warning));
  try {
    connection = await connect(rabbitmqUrl);
  } catch (cause) {
    throw new Error(HOW_TO_START_RABBITMQ, { cause });
  }
});
afterAll(() => connection?.close());

let exchange: string;
let channel: Channel;
let proxy: UnsteadyProxy;
beforeEach(async () => {
  exchange = newName("denizen");
  channel = await connection.createChannel();
  proxy = await unsteadyProxy(rabbitmqUrl);
});
afterEach(async () => {
  await channel.deleteQueue(exchange);
  await channel.deleteExchange(exchange);
  await channel.close();
  await proxy.close();
  expect(warnings).toEqual([]);
});

/** An exchange that no other test has, and a queue of the same name that hears everything. */
const options = (): RabbitMqOptions => ({ url: rabbitmqUrl, exchange, ensureExchange: true, timeout: 2_000 });
const throughProxy = (timeout = 500): RabbitMqOptions => ({ ...options(), url: proxy.url, timeout });

async function listen(pattern = "#", queue: Options.AssertQueue = {}): Promise<void> {
  await channel.assertExchange(exchange, "topic", { durable: true });
  await channel.assertQueue(exchange, { durable: true, ...queue });
  await channel.bindQueue(exchange, exchange, pattern);
}

async function arrived(): Promise<readonly GetMessage[]> {
  const messages: GetMessage[] = [];
  for (;;) {
    const message = await channel.get(exchange, { noAck: true });
    if (message === false) return messages;
    messages.push(message);
  }
}

const ids = async (): Promise<readonly unknown[]> => (await arrived()).map(({ properties }) => properties.messageId as unknown);

/** Of what may have arrived more than once. */
const firsts = (all: readonly unknown[], key: string): readonly unknown[] => [...new Set(all)].filter((id) => String(id).startsWith(key));

describe("publishing to RabbitMQ", () => {
  test("hands an event to the queues that hear its tenant and type, as a CloudEvent that says no more than ids", async () => {
    await listen("acme.denizen.email-added");
    await using publisher = rabbitmq(options());
    const handler = forward(publisher, { source: "https://users.example.com" });
    expect((await handler(domainEventOf("e1", "ada", 1))).isOk()).toBe(true);
    const [message] = await arrived();
    if (message === undefined) throw new Error("nothing has arrived");
    const { fields, properties, content } = message;
    expect(fields.routingKey).toBe("acme.denizen.email-added");
    expect(properties).toMatchObject({ messageId: "e1", type: "denizen.email-added", deliveryMode: 2 });
    expect(properties.contentType).toBe("application/cloudevents+json; charset=utf-8");
    const received = decode({ headers: properties.headers, body: content })._unsafeUnwrap();
    expect(received).toMatchObject({ id: "e1", subject: "ada", data: { publisher: { kind: "user", id: "ada", version: 1 } } });
    expect(content.toString()).not.toContain("ada@example.com");
  });

  test("keeps the attributes in headers, in binary mode", async () => {
    await listen();
    await using publisher = rabbitmq(options());
    expect((await forward(publisher, { source: "/tests", mode: "binary" })(domainEventOf("e1", "añá", 1))).isOk()).toBe(true);
    const [message] = await arrived();
    const received = decode({ headers: message?.properties.headers, body: message?.content })._unsafeUnwrap();
    expect(received).toMatchObject({ id: "e1", subject: "añá", publisherversion: 1 });
  });

  test("answers when the broker has it: whatever was taken is there", async () => {
    await listen();
    await using publisher = rabbitmq(options());
    const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => publisher.publish(messageOf(`e${index}`))));
    expect(answers.filter((answer) => answer.isErr())).toEqual([]);
    expect((await channel.checkQueue(exchange)).messageCount).toBe(500);
  });

  test("fails for what a queue refuses", async () => {
    await listen("#", { maxLength: 1, overflow: "reject-publish" });
    await using publisher = rabbitmq(options());
    const answers = [];
    for (const id of ["e1", "e2"]) answers.push((await publisher.publish(messageOf(id))).isOk());
    expect(answers).toEqual([true, false]);
    expect(await ids()).toEqual(["e1"]);
    expect((await publisher.publish(messageOf("e2"))).isOk()).toBe(true);
  });

  test("keeps the order of each key", async () => {
    await listen();
    await using publisher = rabbitmq(options());
    const line = async (key: string): Promise<void> => {
      for (let index = 0; index < 100; index++) await publishUntilTaken(publisher, messageOf(`${key}-${index}`));
    };
    await Promise.all(["a", "b", "c"].map(line));
    const order = await ids();
    expect(order).toHaveLength(300);
    for (const key of ["a", "b", "c"]) {
      expect(firsts(order, key)).toEqual(Array.from({ length: 100 }, (_, index) => `${key}-${index}`));
    }
  });

  test("waits where the socket is full instead of filling the memory", async () => {
    await listen();
    const model = await connect(proxy.url);
    model.on("error", () => undefined);
    const create = model.createConfirmChannel.bind(model);
    const sent = vi.fn();
    vi.spyOn(model, "createConfirmChannel").mockImplementation(async (channelOptions) => {
      const confirming = await create(channelOptions);
      const publish = confirming.publish.bind(confirming);
      vi.spyOn(confirming, "publish").mockImplementation((...message) => (sent(), publish(...message)));
      return confirming;
    });
    await using publisher = rabbitmq({ exchange, connection: model, timeout: 20_000 });
    await publishUntilTaken(publisher, messageOf("e0"));
    proxy.hang();
    const body = "x".repeat(100_000);
    const answers = Promise.all(Array.from({ length: 300 }, (_, index) => publisher.publish(messageOf(`m${index}`, { body }))));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sent.mock.calls.length).toBeLessThan(200);
    proxy.restore();
    expect((await answers).filter((answer) => answer.isErr())).toEqual([]);
    expect(sent).toHaveBeenCalledTimes(301);
    await model.close();
    expect((await channel.checkQueue(exchange)).messageCount).toBe(301);
  });

  test("drops what nobody wants, or fails, as it is told", async () => {
    await listen("other.#");
    await using ignoring = rabbitmq(options());
    expect((await ignoring.publish(messageOf("e1"))).isOk()).toBe(true);
    await using failing = rabbitmq({ ...options(), unroutable: "fail" });
    for (let time = 0; time < 2; time++) {
      expect((await failing.publish(messageOf("e2")))._unsafeUnwrapErr()).toMatchObject({
        code: "publish-failed",
        detail: "no queue is bound for acme.denizen.planet-named",
      });
    }
    expect((await failing.publish(messageOf("e3", { key: "other/planet/1" }))).isOk()).toBe(true);
    await channel.bindQueue(exchange, exchange, "acme.#");
    expect((await failing.publish(messageOf("e2"))).isOk()).toBe(true);
    expect(await ids()).toEqual(["e3", "e2"]);
  });

  test("fails for an exchange that is not there, until it is", async () => {
    await using publisher = rabbitmq({ ...options(), ensureExchange: false });
    for (let time = 0; time < 2; time++) {
      expect((await publisher.publish(messageOf("e1")))._unsafeUnwrapErr()).toMatchObject({
        code: "publish-failed",
        detail: expect.stringContaining("NOT_FOUND") as string,
      });
    }
    await listen();
    expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
    await channel.deleteExchange(exchange);
    expect((await publisher.publish(messageOf("e2"))).isErr()).toBe(true);
    await listen();
    await publishUntilTaken(publisher, messageOf("e2"));
    expect(await ids()).toEqual(["e1", "e2"]);
  });
});

describe("a broker that goes away", () => {
  test("and returns has lost nothing, and has it in order, when what failed is tried again", async () => {
    await listen();
    await using publisher = rabbitmq(throughProxy());
    expect(await publishThroughOutages(publisher, proxy, ["a", "b"])).toBeGreaterThan(0);
    const order = await ids();
    for (const key of ["a", "b"]) {
      expect(firsts(order, key)).toEqual(Array.from({ length: 150 }, (_, index) => `${key}-${index}`));
    }
  });

  test("before the first event is found when it is there", async () => {
    await listen();
    proxy.cut();
    await using publisher = rabbitmq(throughProxy());
    expect((await publisher.publish(messageOf("e1")))._unsafeUnwrapErr().code).toBe("publish-failed");
    proxy.restore();
    await publishUntilTaken(publisher, messageOf("e1"));
    expect(await ids()).toEqual(["e1"]);
  });

  test.each(["hang", "mute"] as const)("and only says nothing (%s) fails in time", async (fault) => {
    await listen();
    await using publisher = rabbitmq(throughProxy(300));
    await publishUntilTaken(publisher, messageOf("e1"));
    proxy[fault]();
    const begin = performance.now();
    expect((await publisher.publish(messageOf("e2")))._unsafeUnwrapErr().code).toBe("publish-failed");
    expect(performance.now() - begin).toBeLessThan(600);
    proxy.restore();
    for (const id of ["e2", "e3"]) await publishUntilTaken(publisher, messageOf(id));
    expect([...new Set(await ids())]).toEqual(["e1", "e2", "e3"]);
  });

  test("and says nothing from the beginning fails in time, too", async () => {
    proxy.hang();
    await using publisher = rabbitmq(throughProxy(300));
    const begin = performance.now();
    expect((await publisher.publish(messageOf("e1")))._unsafeUnwrapErr().code).toBe("publish-failed");
    expect(performance.now() - begin).toBeLessThan(600);
    proxy.cut();
  });
});

describe("connections", () => {
  test("of its own are closed when it is disposed; it takes nothing any more", async () => {
    await listen();
    const publisher = rabbitmq(options());
    expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
    await publisher[Symbol.asyncDispose]();
    expect((await publisher.publish(messageOf("e2")))._unsafeUnwrapErr().code).toBe("publish-failed");
    await publisher[Symbol.asyncDispose]();
    expect(await ids()).toEqual(["e1"]);
  });

  test("of the host's stay open, and may be those that come back by themselves", async () => {
    await listen();
    await using stack = await connect(proxy.url, { recovery: { initialDelay: 20, maxDelay: 50 } }).then((model) => ({
      model: model.on("error", () => undefined),
      [Symbol.asyncDispose]: () => model.close(),
    }));
    for (const host of [connection, stack.model]) {
      const publisher = rabbitmq({ exchange, connection: host, timeout: 500 });
      expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
      await publisher[Symbol.asyncDispose]();
    }
    await using recovering = rabbitmq({ exchange, connection: stack.model, timeout: 500 });
    proxy.cut();
    expect((await recovering.publish(messageOf("e2"))).isErr()).toBe(true);
    proxy.restore();
    await publishUntilTaken(recovering, messageOf("e2"));
    expect([...new Set(await ids())]).toEqual(["e1", "e2"]);
  });
});

describe("what it is given", () => {
  test("never makes it throw: what cannot be published fails by value", async () => {
    await listen();
    await using publisher = rabbitmq(options());
    for (const message of [
      undefined,
      null,
      {},
      messageOf("e", { key: "k".repeat(300) }),
      messageOf("e", { headers: { "x-large": "x".repeat(100_000) } }),
      messageOf("e", { headers: null as never }),
      messageOf("e", { body: Symbol("body") as never }),
      messageOf("i".repeat(300)),
    ]) {
      expect((await publisher.publish(message as Message))._unsafeUnwrapErr().code).toBe("publish-failed");
    }
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (anything) => {
        expect((await publisher.publish(anything as Message))._unsafeUnwrapErr().code).toBe("publish-failed");
      }),
      { numRuns: 50 },
    );
    expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
    expect(await ids()).toEqual(["e1"]);
  });

  test("may choose the routing key itself", async () => {
    await listen("own.*");
    await using publisher = rabbitmq({ ...options(), routingKey: ({ id }) => `own.${id}` });
    expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
    expect(await ids()).toEqual(["e1"]);
  });

  test.each<[string, object | undefined]>([
    ["options must be an object", undefined],
    ["either url or connection", { exchange: "e" }],
    ["url must be", { exchange: "e", url: "http://127.0.0.1" }],
    ["url must be", { exchange: "e", url: 7 }],
    ["connection", { exchange: "e", connection: {} }],
    ["exchange", { url: rabbitmqUrl }],
    ["exchange", { url: rabbitmqUrl, exchange: "" }],
    ["routingKey", { url: rabbitmqUrl, exchange: "e", routingKey: "k" }],
    ["ensureExchange", { url: rabbitmqUrl, exchange: "e", ensureExchange: "yes" }],
    ["unroutable", { url: rabbitmqUrl, exchange: "e", unroutable: "drop" }],
    ["timeout", { url: rabbitmqUrl, exchange: "e", timeout: -1 }],
    ["there is no option", { url: rabbitmqUrl, exchange: "e", ex: 1 }],
  ])("is checked when it is wired: %s", (problem, wrong) => {
    expect(() => rabbitmq(wrong as RabbitMqOptions)).toThrow(ConfigurationError);
    expect(() => rabbitmq(wrong as RabbitMqOptions)).toThrow(problem);
  });
});

test("a durable subscriber forwards what happened, also what happened while the broker was away", async () => {
  await listen();
  await using publisher = rabbitmq(throughProxy());
  await using application = new Application({ store: memory() });
  const handler = forward(publisher, { source: "https://users.example.com" });
  application.durable.subscribe("to-rabbitmq", "*", handler, { backOff: { first: 20, longest: 100 } });
  proxy.cut();
  await using worker = application.worker();
  await using users = application.users();
  const ada = (await users.create({ name: "Ada", emails: ["ada@example.com"] }))._unsafeUnwrap();
  expect((await users.save(ada)).isOk()).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 300));
  proxy.restore();
  await expect.poll(async () => (await channel.checkQueue(exchange)).messageCount, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  const types = (await arrived()).map(({ properties }) => properties.type as unknown);
  expect([...new Set(types)]).toEqual(["denizen.user-created", "denizen.email-added"]);
  expect(worker).toBeDefined();
});
