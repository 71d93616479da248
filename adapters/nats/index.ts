export { nats } from "./nats.js";
export type { NatsPublisher } from "./nats.js";
export type { NatsOptions } from "./options.js";
