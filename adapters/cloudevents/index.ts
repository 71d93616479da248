export { decode } from "./decode.js";
export { encode } from "./encode.js";
export { forward } from "./forward.js";
export { toCloudEvent } from "./to-cloud-event.js";
export type { ReceivedMessage } from "./decode.js";
export type { CloudEventMode, EncodedCloudEvent } from "./encode.js";
export type { CloudEventInvalid } from "./failure.js";
export type { ForwardOptions } from "./forward.js";
export type { CloudEventData, CloudEventOptions } from "./options.js";
