import { ConfigurationError, ResultAsync, domainError, err } from "denizen";
import type { DomainEvent, Result } from "denizen";
import { configured } from "denizen/ports";
import type { Message, PublishFailed, Publisher } from "denizen/ports";
import { encode } from "./encode.js";
import type { CloudEventMode } from "./encode.js";
import type { CloudEventInvalid } from "./failure.js";
import { settingsOf } from "./options.js";
import type { CloudEventOptions, Settings } from "./options.js";
import { cloudEventOf } from "./to-cloud-event.js";

export interface ForwardOptions extends CloudEventOptions {
  /** `structured` by default. */
  readonly mode?: CloudEventMode;
}

/**
 * The handler of a durable subscriber that passes events on to other services, as CloudEvents, with ids only unless told otherwise:
 * `application.durable.subscribe("to-nats", "*", forward(nats({ … }), { source: "https://users.example.com" }))`.
 *
 * Error: `publish-failed`, upon which the subscriber tries again. Throws `ConfigurationError` when an option makes no sense.
 */
export function forward(publisher: Publisher, options: ForwardOptions): (event: DomainEvent) => ResultAsync<void, PublishFailed> {
  const { settings, mode } = configured("cloudevents", () => checked(publisher, options));
  return (event) =>
    new ResultAsync(
      Promise.resolve(messageOf(event, settings, mode)).then((message) =>
        message.isErr() ? err(unpublishable(message.error)) : publisher.publish(message.value),
      ),
    );
}

function checked(publisher: Publisher, options: ForwardOptions): { readonly settings: Settings; readonly mode: CloudEventMode } {
  const settings = settingsOf(options, ["mode"]);
  const { mode = "structured" } = options;
  const problems = [
    ...(typeof publisher?.publish === "function" ? [] : ["cloudevents: the publisher must be a Publisher { publish }"]),
    ...(["structured", "binary"].includes(mode) ? [] : ['cloudevents: mode must be "structured" or "binary"']),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { settings, mode };
}

const messageOf = (event: DomainEvent, settings: Settings, mode: CloudEventMode): Result<Message, CloudEventInvalid> =>
  cloudEventOf(event, settings).andThen((cloudEvent) =>
    encode(cloudEvent, mode).map(({ headers, body }) => ({
      id: cloudEvent.id,
      type: cloudEvent.type,
      key: String(cloudEvent["partitionkey"]),
      headers,
      body,
    })),
  );

const unpublishable = ({ message }: CloudEventInvalid): PublishFailed => domainError("publish-failed", message, { detail: message });
