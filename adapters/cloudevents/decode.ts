import { CloudEvent, HTTP } from "cloudevents";
import { err, ok } from "denizen";
import type { Result } from "denizen";
import { cloudEventInvalid } from "./failure.js";
import type { CloudEventInvalid } from "./failure.js";
import { requireAttributes } from "./required.js";
import { headersOf, textOf } from "./received.js";

/** What came over the wire, in whatever shape a web server or the client of a broker has it. */
export interface ReceivedMessage {
  /** By name, or something that lists them (`Headers`, a `Map`, the headers of NATS). Left out: the body is a structured event. */
  readonly headers?: Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]> | null | undefined;
  /** Text, its UTF-8 bytes, or JSON that was parsed already. */
  readonly body: unknown;
}

/**
 * Reads a CloudEvent 1.0 in structured or binary mode, by the official package. Error: `cloud-event-invalid` for everything that
 * is none, also where the official package would make up an id or a time, and for batches.
 */
export function decode(message: ReceivedMessage): Result<CloudEvent<unknown>, CloudEventInvalid> {
  try {
    const headers = headersOf(message.headers);
    const event = "ce-specversion" in headers ? binary(headers, message.body) : structured(headers, message.body);
    CloudEvent.prototype.validate.call(event);
    return ok(event);
  } catch (thrown) {
    return err(cloudEventInvalid(thrown));
  }
}

type Headers = Readonly<Record<string, string>>;

const JSON_TYPE = "application/json";
const CLOUD_EVENT = "application/cloudevents+json";

function structured(headers: Headers, body: unknown): CloudEvent<unknown> {
  const type = mediaType(headers);
  if (type?.startsWith("application/cloudevents") && type !== CLOUD_EVENT) throw new TypeError(`${type} is not read here`);
  const text = textOf(body);
  const parsed: unknown = text === undefined ? body : JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null) throw new TypeError("the body is no JSON object");
  requireAttributes(parsed);
  return toEvent({ "content-type": CLOUD_EVENT }, parsed);
}

function binary(headers: Headers, body: unknown): CloudEvent<unknown> {
  const attributes = Object.entries(headers).flatMap(([name, value]) => (name.startsWith("ce-") ? [[name.slice(3), value] as const] : []));
  requireAttributes(Object.fromEntries(attributes));
  const type = mediaType(headers) ?? JSON_TYPE;
  const data = dataOf(type, body);
  const event = toEvent({ ...headers, "content-type": JSON_TYPE }, undefined);
  const version = headers["ce-publisherversion"];
  return event.cloneWith({
    datacontenttype: type,
    ...(data === undefined || data === "" ? {} : { data }),
    // Headers are texts; in JSON it is a number.
    ...(version !== undefined && /^\d{1,15}$/.test(version) ? { publisherversion: Number(version) } : {}),
  });
}

/** JSON as what it says, text as it stands, and everything else as the bytes that came. */
function dataOf(type: string, body: unknown): unknown {
  const json = type === JSON_TYPE || type.endsWith("+json");
  const text = json || type.startsWith("text/") ? textOf(body) : undefined;
  return json && text !== undefined && text !== "" ? JSON.parse(text) : (text ?? body);
}

function toEvent(headers: Headers, body: unknown): CloudEvent<unknown> {
  const event = HTTP.toEvent<unknown>({ headers: { ...headers }, body });
  if (!(event instanceof CloudEvent)) throw new TypeError("it is not one event");
  // `instanceof` has made its data an `any`.
  return event as CloudEvent<unknown>;
}

/** Without parameters: the official package knows its content types letter by letter. */
const mediaType = (headers: Headers): string | undefined => headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
