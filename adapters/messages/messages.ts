import { ResultAsync, err, ok } from "denizen";
import type { Result } from "denizen";
import { configured } from "denizen/ports";
import type { MessageFailed, Messages, Sending, UserMessage } from "denizen/ports";
import { messageFailed, unsayable } from "./failure.js";
import { layOut } from "./lay-out.js";
import { filled } from "./links.js";
import { isNotice, settingsOf } from "./options.js";
import type { MessagesOptions, Settings } from "./options.js";
import { isEmailKind, isSmsKind } from "./templates.js";
import { wordingOf } from "./wording.js";
import type { Wording } from "./wording.js";

/**
 * Says what users are to be told in their language, and hands it to the messengers: `new Application({ messages: messages({ … }) })`.
 *
 * Error: `message-failed`, what the messengers answer; permanent also where there is no messenger for a message, and where it would
 * have neither a code nor a link because its link is not configured. Throws `ConfigurationError` when an option makes no sense.
 */
export function messages(options: MessagesOptions): Messages {
  const settings = configured("messages", () => settingsOf(options));
  return Object.freeze({
    send: (message: UserMessage, sending: Sending) => new ResultAsync(send(settings, message, sending)),
  });
}

async function send(settings: Settings, message: UserMessage, sending: Sending): Promise<Result<void, MessageFailed>> {
  try {
    if (isNotice(message.kind) && !settings.notices.has(message.kind)) return ok(undefined);
    return message.channel === "email" ? await byEmail(settings, message, sending) : await bySms(settings, message, sending);
  } catch {
    // What was thrown may quote what was to be sent. It is tried again: somebody can mend it.
    return err(messageFailed("a template, locale or a messenger has thrown", false));
  }
}

async function byEmail(settings: Settings, message: UserMessage, sending: Sending): Promise<Result<void, MessageFailed>> {
  const { email } = settings;
  const { kind, to } = message;
  if (email === undefined) return err(unsayable("there is no messenger for e-mails"));
  if (!isEmailKind(kind)) return err(unsayable(`there is no e-mail for ${kind}`));
  const wording = worded(settings, message);
  if (wording.isErr()) return err(wording.error);
  const { templates, locale } = settings.languageFor(message);
  return email.sendEmail({ to, ...layOut(templates[kind](wording.value), locale) }, sending);
}

async function bySms(settings: Settings, message: UserMessage, sending: Sending): Promise<Result<void, MessageFailed>> {
  const { sms } = settings;
  const { kind, to } = message;
  if (sms === undefined) return err(unsayable("there is no messenger for SMS"));
  if (!isSmsKind(kind)) return err(unsayable(`there is no SMS for ${kind}`));
  const wording = worded(settings, message);
  if (wording.isErr()) return err(wording.error);
  return sms.sendSms({ to, text: settings.languageFor(message).templates.sms[kind](wording.value) }, sending);
}

/** A message that asks for something needs a code or a link to do it with. */
function worded({ product, links }: Settings, message: UserMessage): Result<Wording, MessageFailed> {
  const { kind, link } = message;
  const base = kind === "verify-phone" || isNotice(kind) ? undefined : links[kind];
  const url = link === null || base === undefined ? undefined : filled(base, link.token.reveal());
  if (!isNotice(kind) && message.code === null && url === undefined)
    return err(unsayable(`it would have neither a code nor a link: links[${JSON.stringify(kind)}] is not configured`));
  return ok(wordingOf(message, product, url));
}
