import { CloudEvent } from "cloudevents";
import { err, ok } from "denizen";
import type { DomainEvent, Result } from "denizen";
import { configured } from "denizen/ports";
import { dataOf } from "./data.js";
import { cloudEventInvalid } from "./failure.js";
import type { CloudEventInvalid } from "./failure.js";
import { settingsOf } from "./options.js";
import type { CloudEventOptions, Settings } from "./options.js";

/**
 * A domain event as a CloudEvent 1.0 of the official package. `id` and `time` are the event's, `subject` is the id of the person
 * whom it is about, and there are these extension attributes: `tenant`, `actor`, `correlationid`, `causationid`, `traceparent`
 * (W3C), `publisherkind`, `publisherid`, `publisherversion` (the publisher's version after it, a whole number) and `partitionkey`:
 * what has the same one is in order. What is null in the event is left out. `dataschema` is the URI of the schema of `data`.
 *
 * Error: `cloud-event-invalid`, when what it is given is no domain event. Throws `ConfigurationError` when an option makes no sense.
 */
export const toCloudEvent = (event: DomainEvent, options: CloudEventOptions): Result<CloudEvent<object>, CloudEventInvalid> =>
  cloudEventOf(
    event,
    configured("cloudevents", () => settingsOf(options)),
  );

export function cloudEventOf(event: DomainEvent, settings: Settings): Result<CloudEvent<object>, CloudEventInvalid> {
  try {
    return ok(new CloudEvent({ ...attributesOf(event, settings), ...dataOf(event, settings), datacontenttype: "application/json" }));
  } catch (thrown) {
    return err(cloudEventInvalid(thrown));
  }
}

function attributesOf({ id, type, occurredAt, subject, publisher, metadata }: DomainEvent, settings: Settings): Record<string, unknown> {
  return present({
    // The official package would make up an id and a time where there is none.
    id: required("id", id),
    type: settings.typePrefix + required("type", type),
    time: required("occurredAt", occurredAt),
    source: settings.source,
    subject,
    tenant: required("metadata.tenant", metadata.tenant),
    actor: metadata.actor,
    correlationid: metadata.correlationId,
    causationid: metadata.causationId,
    traceparent: metadata.trace,
    publisherkind: required("publisher.kind", publisher.kind),
    publisherid: required("publisher.id", publisher.id),
    publisherversion: publisher.version,
    partitionkey: [metadata.tenant, publisher.kind, publisher.id].map(escaped).join("/"),
  });
}

function required(name: string, value: unknown): string {
  if (typeof value !== "string" || value === "") throw new TypeError(`${name} must be a text`);
  return value;
}

const present = (attributes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null && value !== undefined && value !== ""));

/** Percent-encoded but for letters, digits, hyphens and underscores, so that it can be a part of any broker's routing key. */
const escaped = (part: string): string =>
  [...new TextEncoder().encode(part)]
    .map((byte) => String.fromCharCode(byte))
    .map((character) => (/[\w-]/.test(character) ? character : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`))
    .join("");
