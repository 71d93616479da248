import { ResultAsync, fromThrowable } from "denizen";
import type { Messenger } from "denizen/ports";
import { messageFailed } from "./failure.js";

/**
 * For development: prints what would be sent, codes and links included, and sends nothing. `write` takes each message as one text;
 * `console.log` by default.
 */
export function consoleMessenger(write: (text: string) => void = (text) => console.log(text)): Messenger {
  const print = fromThrowable(write, () => messageFailed("what prints it has thrown", false));
  const said = (text: string) => new ResultAsync(Promise.resolve(print(text)));
  return Object.freeze({
    sendEmail: ({ to, subject, text }) => said(`E-mail to ${to}\nSubject: ${subject}\n\n${text}`),
    sendSms: ({ to, text }) => said(`SMS to ${to}\n\n${text}\n`),
  } satisfies Messenger);
}
