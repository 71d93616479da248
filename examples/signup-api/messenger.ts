import { consoleMessenger } from "denizen/messages";
import type { Messenger } from "denizen/ports";
import { smsHttp } from "denizen/sms-http";
import { smtp } from "denizen/smtp";
import type { Settings } from "./settings.js";

/** Who carries mails and texts: a mail server and a gateway in production; while developing they are printed. */
export function messengerFor(settings: Settings): Messenger & AsyncDisposable {
  if (!("SMTP_URL" in settings)) return { ...consoleMessenger(), [Symbol.asyncDispose]: async () => undefined };
  const { SMTP_URL, SMTP_INSECURE, MAIL_FROM, SMS_URL, SMS_SECRET } = settings;
  const mailServer = smtp({ url: SMTP_URL, from: MAIL_FROM, insecure: SMTP_INSECURE });
  return { ...mailServer, ...smsHttp({ url: SMS_URL, secret: SMS_SECRET }) };
}
