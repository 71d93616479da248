export { observeSubscribers } from "./observe-subscribers.js";
export type { ObserveOptions, SubscriberStatuses } from "./observe-subscribers.js";
export type { OtelOptions } from "./options.js";
export { otel } from "./otel.js";
