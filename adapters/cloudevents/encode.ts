import { CloudEvent, HTTP } from "cloudevents";
import { err, ok } from "denizen";
import type { Result } from "denizen";
import { cloudEventInvalid } from "./failure.js";
import type { CloudEventInvalid } from "./failure.js";
import { encodeHeaderValue } from "./header-value.js";

/** `structured`: everything in the body, as JSON. `binary`: the data in the body, the attributes in headers that begin with `ce-`. */
export type CloudEventMode = "structured" | "binary";

/** A CloudEvent as it goes over the wire, in the shape of the HTTP binding; brokers that have headers take it as well. */
export interface EncodedCloudEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Encodes by the official package, `structured` unless told otherwise. Error: `cloud-event-invalid`, also when its data is binary. */
export function encode(event: CloudEvent<unknown>, mode: CloudEventMode = "structured"): Result<EncodedCloudEvent, CloudEventInvalid> {
  try {
    if (!CloudEvent.prototype.validate.call(event)) throw new TypeError("it is not of version 1.0");
    // A copy of the official class, whatever has come in.
    const { headers, body = "" } = HTTP[mode](CloudEvent.cloneWith(event, {}));
    if (typeof body !== "string") throw new TypeError("its data is no JSON");
    return ok({ headers: Object.fromEntries(Object.entries(headers).map(headerOf)), body });
  } catch (thrown) {
    return err(cloudEventInvalid(thrown));
  }
}

// The official package leaves numbers as they are, and does not encode what no header may hold.
const headerOf = ([name, value]: readonly [string, unknown]): readonly [string, string] => [
  name,
  name.startsWith("ce-") ? encodeHeaderValue(String(value)) : String(value),
];
