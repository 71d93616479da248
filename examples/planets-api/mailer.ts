import { consoleMessenger } from "denizen/messages";
import { smtp } from "denizen/smtp";
import type { Mailer } from "./mails.js";
import type { Settings } from "./settings.js";

/** Sends by SMTP; without a mail server, in development, it prints what it would send. */
export function openMailer({ SMTP_URL: url, SMTP_INSECURE: insecure, MAIL_FROM: from }: Settings): Mailer & AsyncDisposable {
  return url === undefined ? { ...consoleMessenger(), [Symbol.asyncDispose]: () => Promise.resolve() } : smtp({ url, from, insecure });
}
