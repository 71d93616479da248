import { headers } from "@nats-io/transport-node";
import type { MsgHdrs } from "@nats-io/transport-node";
import { ResultAsync, err, ok } from "denizen";
import type { Result } from "denizen";
import { configured, withDeadline } from "denizen/ports";
import type { Message, PublishFailed, Publisher } from "denizen/ports";
import { publishFailed } from "./failure.js";
import { Link } from "./link.js";
import { settingsOf } from "./options.js";
import type { NatsOptions, Settings } from "./options.js";

/** Disposing it closes the connection that it opened, and no other. */
export interface NatsPublisher extends Publisher, AsyncDisposable {}

/**
 * Publishes to a NATS JetStream stream, and answers when the stream has stored the message. The message id (`Nats-Msg-Id`) is the
 * event's: what is published again within the stream's duplicate window, two minutes unless configured, is stored once. It connects
 * when the first event is published, and again by itself.
 *
 * Error: `publish-failed`. Throws `ConfigurationError` when an option makes no sense.
 */
export function nats(options: NatsOptions): NatsPublisher {
  const settings = configured("nats", () => settingsOf(options));
  const link = new Link(settings);
  return Object.freeze({
    publish: (message: Message) => new ResultAsync(publish(link, settings, message)),
    [Symbol.asyncDispose]: async () => {
      await withDeadline(() => link.dispose(), settings.timeout);
    },
  });
}

async function publish(link: Link, settings: Settings, message: Message): Promise<Result<void, PublishFailed>> {
  const { stream, timeout } = settings;
  let late = false;
  try {
    const subject = settings.subjectOf(message);
    const sent = await withDeadline(async () => {
      const client = await link.open();
      // What has been called failed is tried again, and must not come behind that.
      if (late) return;
      const options = { msgID: message.id, headers: headersOf(message), timeout, expect: { streamName: stream } };
      await client.publish(subject, message.body, options);
    }, timeout);
    late = true;
    return sent.timedOut ? err(publishFailed(new Error(`there was no answer within ${timeout} ms`))) : ok(undefined);
  } catch (thrown) {
    return err(publishFailed(thrown));
  }
}

function headersOf(message: Message): MsgHdrs {
  const made = headers();
  for (const [name, value] of Object.entries(message.headers)) made.set(name, value);
  return made;
}
