import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { CloudEvent } from "cloudevents";
import type { CloudEventV1 } from "cloudevents";

// A service of somebody else's, which hears of users: `other-service.ts nats://… stream`. It says what it heard, and ends.
const [servers = "", stream = ""] = process.argv.slice(2);
const connection = await connect({ servers });
const consumer = await jetstream(connection).consumers.get(stream);
const { num_pending: pending } = await consumer.info();
for await (const message of await consumer.consume({ max_messages: 10 })) {
  const event = new CloudEvent(message.json<Partial<CloudEventV1<unknown>>>());
  process.send?.(`${event.type}, from ${String(event["publisherkind"])}, with ids alone: ${!JSON.stringify(event).includes("Ada")}`);
  if (message.info.streamSequence >= pending) break;
}
// The story is over, and leaves nothing behind.
await (await jetstreamManager(connection)).streams.delete(stream);
await connection.close();
process.disconnect();
