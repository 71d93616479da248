import { AckPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { JetStreamManager, StoredMsg } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { NatsConnection } from "@nats-io/transport-node";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Application, ConfigurationError } from "denizen";
import { decode, forward } from "denizen/cloudevents";
import { memory } from "denizen/memory";
import { nats } from "denizen/nats";
import type { NatsOptions } from "denizen/nats";
import type { Message } from "denizen/ports";
import {
  HOW_TO_START_NATS,
  domainEventOf,
  messageOf,
  natsUrl,
  newName,
  publishThroughOutages,
  publishUntilTaken,
  unsteadyProxy,
} from "../support/brokers.js";
import type { UnsteadyProxy } from "../support/brokers.js";

let connection: NatsConnection;
let manager: JetStreamManager;
beforeAll(async () => {
  try {
    connection = await connect({ servers: natsUrl });
    manager = await jetstreamManager(connection);
  } catch (cause) {
    throw new Error(HOW_TO_START_NATS, { cause });
  }
});
afterAll(() => connection?.close());

let stream: string;
let proxy: UnsteadyProxy;
beforeEach(async () => {
  stream = newName("denizen");
  proxy = await unsteadyProxy(natsUrl);
});
afterEach(async () => {
  await proxy.close();
  await manager.streams.delete(stream).catch(() => undefined);
});

/** Everything below a subject that no other test has. */
const options = (): NatsOptions => ({ servers: natsUrl, stream, subject: stream, ensureStream: true, timeout: 2_000 });
const throughProxy = (timeout = 500): NatsOptions => ({ ...options(), servers: proxy.url, timeout });

async function stored(): Promise<readonly StoredMsg[]> {
  const { state } = await manager.streams.info(stream);
  const messages: StoredMsg[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage(stream, { seq });
    if (message !== null) messages.push(message);
  }
  return messages;
}

const ids = async (): Promise<readonly string[]> => (await stored()).map(({ header }) => header.get("Nats-Msg-Id"));

describe("publishing to JetStream", () => {
  test("stores an event under the subject of its tenant and type, as a CloudEvent that says no more than ids", async () => {
    await using publisher = nats(options());
    const handler = forward(publisher, { source: "https://users.example.com" });
    expect((await handler(domainEventOf("e1", "ada", 1))).isOk()).toBe(true);
    const [message] = await stored();
    expect(message?.subject).toBe(`${stream}.acme.denizen.email-added`);
    const received = decode({ headers: message?.header, body: message?.data })._unsafeUnwrap();
    expect(received).toMatchObject({ id: "e1", subject: "ada", data: { publisher: { kind: "user", id: "ada", version: 1 } } });
    expect(message?.string()).not.toContain("ada@example.com");
  });

  test("keeps the attributes in headers, in binary mode", async () => {
    await using publisher = nats(options());
    const handler = forward(publisher, { source: "/tests", mode: "binary", data: "full" });
    expect((await handler(domainEventOf("e1", "añá", 1))).isOk()).toBe(true);
    const [message] = await stored();
    expect(message?.header.get("ce-id")).toBe("e1");
    expect(decode({ headers: message?.header, body: message?.data })._unsafeUnwrap()).toMatchObject({
      subject: "añá",
      publisherversion: 1,
      data: { email: "ada@example.com" },
    });
  });

  test("stores an event once that is published twice, and both are answered alike", async () => {
    await using publisher = nats(options());
    for (let time = 0; time < 2; time++) expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
    await using another = nats(options());
    expect((await another.publish(messageOf("e1"))).isOk()).toBe(true);
    expect(await ids()).toEqual(["e1"]);
  });

  test("answers when the stream has it: whatever was taken is there", async () => {
    await using publisher = nats(options());
    const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => publisher.publish(messageOf(`e${index}`))));
    expect(answers.filter((answer) => answer.isErr())).toEqual([]);
    expect((await manager.streams.info(stream)).state.messages).toBe(500);
  });

  test("keeps the order of each key", async () => {
    await using publisher = nats(options());
    const line = async (key: string): Promise<void> => {
      for (let index = 0; index < 100; index++)
        await publishUntilTaken(publisher, messageOf(`${key}-${index}`, { key: `acme/user/${key}` }));
    };
    await Promise.all(["a", "b", "c"].map(line));
    const order = await ids();
    for (const key of ["a", "b", "c"]) {
      expect(order.filter((id) => id.startsWith(key))).toEqual(Array.from({ length: 100 }, (_, index) => `${key}-${index}`));
    }
  });

  test("fails for a stream that is not there, and for one that hears the subject but is another", async () => {
    await using publisher = nats({ ...options(), ensureStream: false });
    expect((await publisher.publish(messageOf("e1")))._unsafeUnwrapErr().code).toBe("publish-failed");
    await manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
    expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
    await using misled = nats({ ...options(), stream: newName("other"), ensureStream: false });
    expect((await misled.publish(messageOf("e2")))._unsafeUnwrapErr().code).toBe("publish-failed");
    expect(await ids()).toEqual(["e1"]);
  });

  test("leaves a stream as it is that is there already, and makes one as it was told", async () => {
    await manager.streams.add({ name: stream, subjects: [`${stream}.>`, `${stream}-also`], max_msgs: 7 });
    await using publisher = nats(options());
    expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
    expect((await manager.streams.info(stream)).config).toMatchObject({ max_msgs: 7, subjects: [`${stream}.>`, `${stream}-also`] });
    await manager.streams.delete(stream);
    await using another = nats({ ...options(), ensureStream: { max_msgs: 9 } });
    expect((await another.publish(messageOf("e1"))).isOk()).toBe(true);
    expect((await manager.streams.info(stream)).config).toMatchObject({ max_msgs: 9, subjects: [`${stream}.>`] });
  });
});

describe("a broker that goes away", () => {
  test("and returns has lost nothing, and has nothing twice, when what failed is tried again", async () => {
    await using publisher = nats(throughProxy());
    expect(await publishThroughOutages(publisher, proxy, ["a", "b"])).toBeGreaterThan(0);
    const order = await ids();
    expect(order).toHaveLength(300);
    for (const key of ["a", "b"]) {
      expect(order.filter((id) => id.startsWith(key))).toEqual(Array.from({ length: 150 }, (_, index) => `${key}-${index}`));
    }
  });

  test("before the first event is found when it is there", async () => {
    proxy.cut();
    await using publisher = nats(throughProxy());
    expect((await publisher.publish(messageOf("e1")))._unsafeUnwrapErr().code).toBe("publish-failed");
    proxy.restore();
    await publishUntilTaken(publisher, messageOf("e1"));
    expect(await ids()).toEqual(["e1"]);
  });

  test.each(["hang", "mute"] as const)(
    "and only says nothing (%s) fails in time, and the event is stored once in the end",
    async (fault) => {
      await using publisher = nats(throughProxy(300));
      await publishUntilTaken(publisher, messageOf("e1"));
      proxy[fault]();
      const begin = performance.now();
      const answer = await publisher.publish(messageOf("e2"));
      expect(answer._unsafeUnwrapErr()).toMatchObject({ code: "publish-failed" });
      expect(performance.now() - begin).toBeLessThan(600);
      proxy.restore();
      for (const id of ["e2", "e3"]) await publishUntilTaken(publisher, messageOf(id));
      expect(await ids()).toEqual(["e1", "e2", "e3"]);
    },
  );

  test("and says nothing from the beginning fails in time, too", async () => {
    proxy.hang();
    await using publisher = nats(throughProxy(300));
    const begin = performance.now();
    expect((await publisher.publish(messageOf("e1")))._unsafeUnwrapErr().code).toBe("publish-failed");
    expect(performance.now() - begin).toBeLessThan(600);
    proxy.cut();
  });
});

describe("connections", () => {
  test("of its own are closed when it is disposed; it takes nothing any more", async () => {
    const opened: NatsConnection[] = [];
    const open = async () => {
      const made = await connect({ servers: natsUrl });
      opened.push(made);
      return made;
    };
    const { servers: _, ...others } = options();
    const publisher = nats({ ...others, connection: open });
    expect(opened).toEqual([]);
    expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
    await opened[0]?.close();
    await publishUntilTaken(publisher, messageOf("e2"));
    expect(opened).toHaveLength(2);
    await publisher[Symbol.asyncDispose]();
    expect(opened.map((made) => made.isClosed())).toEqual([true, true]);
    expect((await publisher.publish(messageOf("e3")))._unsafeUnwrapErr().code).toBe("publish-failed");
    await publisher[Symbol.asyncDispose]();
  });

  test("of the host's stay open", async () => {
    const { servers: _, ...others } = options();
    const publisher = nats({ ...others, connection });
    expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
    await publisher[Symbol.asyncDispose]();
    expect(connection.isClosed()).toBe(false);
    expect(await ids()).toEqual(["e1"]);
  });
});

describe("what it is given", () => {
  test("never makes it throw: what cannot be published fails by value", async () => {
    await using publisher = nats(options());
    for (const message of [
      undefined,
      null,
      {},
      messageOf("e", { key: "" }),
      messageOf("e", { key: "a b/c/d" }),
      messageOf("e", { key: "*/c/d" }),
      messageOf("e", { type: "a..b" }),
      messageOf("e", { type: ">" }),
      messageOf("e", { headers: { "x-split": "a\r\nb" } }),
      messageOf("e", { body: "x".repeat(2_000_000) }),
      messageOf("e", { body: Symbol("body") as never }),
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
  });

  test("may choose the subject itself", async () => {
    await using publisher = nats({
      ...options(),
      subject: ({ id }) => `${stream}.own.${id}`,
      ensureStream: { subjects: [`${stream}.own.*`] },
    });
    expect((await publisher.publish(messageOf("e1"))).isOk()).toBe(true);
    expect((await stored())[0]?.subject).toBe(`${stream}.own.e1`);
  });

  test.each<[string, object | undefined]>([
    ["options must be an object", undefined],
    ["either servers or connection", { stream: "s" }],
    ["either servers or connection", { stream: "s", servers: natsUrl, connection: () => connect() }],
    ["servers", { stream: "s", servers: [] }],
    ["servers", { stream: "s", servers: "a b" }],
    ["connection", { stream: "s", connection: {} }],
    ["stream must be", { servers: natsUrl }],
    ["stream must be", { servers: natsUrl, stream: "a.b" }],
    ["subject", { servers: natsUrl, stream: "s", subject: "a.>" }],
    ["ensureStream must name the subjects", { servers: natsUrl, stream: "s", subject: () => "a", ensureStream: true }],
    ["ensureStream", { servers: natsUrl, stream: "s", ensureStream: "yes" }],
    ["timeout", { servers: natsUrl, stream: "s", timeout: 0 }],
    ["there is no option", { servers: natsUrl, stream: "s", steam: 1 }],
  ])("is checked when it is wired: %s", (problem, wrong) => {
    expect(() => nats(wrong as NatsOptions)).toThrow(ConfigurationError);
    expect(() => nats(wrong as NatsOptions)).toThrow(problem);
  });
});

test("a durable subscriber forwards what happened, also what happened while the broker was away", async () => {
  await using publisher = nats(throughProxy());
  await using application = new Application({ store: memory() });
  application.durable.subscribe("to-nats", "*", forward(publisher, { source: "https://users.example.com" }), {
    backOff: { first: 20, longest: 100 },
  });
  proxy.cut();
  await using worker = application.worker();
  await using users = application.users();
  const ada = (await users.create({ name: "Ada", emails: ["ada@example.com"] }))._unsafeUnwrap();
  expect((await users.create({ name: "Grace", emails: ["grace@example.com"] })).isOk()).toBe(true);
  expect((await users.save(ada)).isOk()).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 300));
  proxy.restore();
  const consumed: string[] = [];
  // The stream is made with the first event.
  const made = () =>
    manager.streams.info(stream).then(
      ({ config }) => config.name,
      () => undefined,
    );
  await expect.poll(made, { timeout: 10_000 }).toBe(stream);
  const { name } = await manager.consumers.add(stream, { durable_name: "test", ack_policy: AckPolicy.Explicit });
  const messages = await (await jetstream(connection).consumers.get(stream, name)).consume();
  for await (const message of messages) {
    const received = decode({ headers: message.headers, body: message.data })._unsafeUnwrap();
    consumed.push(`${received.type} ${String(received["publisherversion"])}`);
    message.ack();
    if (consumed.length === 4) break;
  }
  expect(consumed.sort()).toEqual(["denizen.email-added 2", "denizen.email-added 2", "denizen.user-created 1", "denizen.user-created 1"]);
  expect(worker).toBeDefined();
});
