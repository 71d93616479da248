export { rabbitmq } from "./rabbitmq.js";
export type { RabbitMqPublisher } from "./rabbitmq.js";
export type { RabbitMqOptions } from "./options.js";
