import { ResultAsync, err, ok } from "denizen";
import type { Result } from "denizen";
import { configured, withDeadline } from "denizen/ports";
import type { Message, PublishFailed, Publisher } from "denizen/ports";
import { publishFailed } from "./failure.js";
import { Link } from "./link.js";
import { settingsOf } from "./options.js";
import type { RabbitMqOptions, Settings } from "./options.js";

/** Disposing it closes the connection that it opened, and no other. */
export interface RabbitMqPublisher extends Publisher, AsyncDisposable {}

/**
 * Publishes to a topic exchange of RabbitMQ, persistently, and answers when the broker has confirmed it: when every queue that is
 * bound for it has it safely. `messageId` is the event's id. It connects when the first event is published, and again by itself.
 *
 * Error: `publish-failed`. Throws `ConfigurationError` when an option makes no sense.
 */
export function rabbitmq(options: RabbitMqOptions): RabbitMqPublisher {
  const settings = configured("rabbitmq", () => settingsOf(options));
  const link = new Link(settings);
  return Object.freeze({
    publish: (message: Message) => new ResultAsync(publish(link, settings, message)),
    [Symbol.asyncDispose]: async () => {
      await withDeadline(() => link.dispose(), settings.timeout);
    },
  });
}

async function publish(link: Link, { routingKeyOf, timeout }: Settings, message: Message): Promise<Result<void, PublishFailed>> {
  let late = false;
  try {
    const { id, type, headers, body } = message;
    const sent = await withDeadline(async () => {
      const line = await link.open();
      while (line.room !== undefined) await line.room;
      // What has been called failed is tried again, and must not come behind that.
      if (late) return;
      await line.send({ id, type, headers, body, routingKey: routingKeyOf(message) });
    }, timeout);
    late = true;
    return sent.timedOut ? err(publishFailed(new Error(`there was no answer within ${timeout} ms`))) : ok(undefined);
  } catch (thrown) {
    return err(publishFailed(thrown));
  }
}
