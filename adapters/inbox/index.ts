export { inbox } from "./inbox.js";
export { ConfigurationError } from "./options.js";
export type { Inbox } from "./inbox.js";
export type { DrizzleDatabase, InboxDatabase, NodePostgresClient, PostgresJsClient } from "./database.js";
export type { InboxOptions } from "./options.js";
