export { smtp } from "./smtp.js";
export type { SmtpMessenger } from "./smtp.js";
export type { Mailbox } from "./mailbox.js";
export type { SmtpOptions, SmtpTls } from "./options.js";
