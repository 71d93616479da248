import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import postgres from "postgres";
import { inbox } from "denizen/inbox";

/**
 * Another service: it takes events from a stream, and has its effect in its own tables. It dies between its COMMIT and the
 * acknowledgement of some of them, as a service may, and so gets those again when it starts anew. It knows nothing of denizen's core.
 */
const [servers = "", stream = "", url = ""] = process.argv.slice(2);
const seen = inbox({ consumer: "planets" });
const sql = postgres(url, { max: 1, onnotice: () => undefined });
await sql.unsafe(seen.migration);

const connection = await connect({ servers });
const messages = await (await jetstream(connection).consumers.get(stream, "planets")).consume({ max_messages: 10 });
console.log("listening");
for await (const message of messages) {
  const { id } = JSON.parse(message.string()) as { readonly id: string };
  await sql.begin(async (transaction) => {
    await transaction`insert into delivered (id) values (${id})`;
    if (await seen.firstTime(transaction, id)) await transaction`insert into handled (id) values (${id})`;
  });
  if (!message.redelivered && /^e[37]?5$/.test(id)) process.kill(process.pid, "SIGKILL");
  message.ack();
}
