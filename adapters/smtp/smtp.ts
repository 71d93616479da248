import { Email, ResultAsync, err, ok } from "denizen";
import type { Result } from "denizen";
import { configured } from "denizen/ports";
import type { EmailMessage, MessageFailed, Messenger, Sending } from "denizen/ports";
import { failureOf, messageFailed } from "./failure.js";
import { mailOf } from "./mail.js";
import { settingsOf } from "./options.js";
import type { Settings, SmtpOptions } from "./options.js";
import { transportOf } from "./transport.js";
import type { Transport } from "./transport.js";

/** Disposing it lets what is on its way be sent, and closes the connections. */
export interface SmtpMessenger extends Pick<Messenger, "sendEmail">, AsyncDisposable {}

/**
 * Sends e-mails over SMTP, by nodemailer: `messages({ email: smtp({ … }) })`. TLS always, with a certificate that is checked.
 * Connections are kept open and used again. It answers when the server has taken the message.
 *
 * Error: `message-failed`; permanent when the server refused the recipient or the message for good (a 5xx reply). A refused log-in
 * or sender is not: that is for the operator to mend. Throws `ConfigurationError` when an option makes no sense.
 */
export function smtp(options: SmtpOptions): SmtpMessenger {
  const { settings, transport } = configured("smtp", () => {
    const checked = settingsOf(options);
    return { settings: checked, transport: transportOf(checked) };
  });
  // A connection that fails fails the message that it carries; one that carries none is replaced when it is needed.
  transport.on("error", () => undefined);
  const underway = new Set<Promise<unknown>>();
  let disposed = false;
  return Object.freeze({
    sendEmail(email: EmailMessage, sending: Sending) {
      const sent = disposed ? Promise.resolve(err(messageFailed("disposed", false))) : send(transport, settings, email, sending);
      underway.add(sent);
      return new ResultAsync(sent.catch((thrown: unknown) => err(failureOf(thrown))).finally(() => underway.delete(sent)));
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      await Promise.allSettled(underway);
      transport.close();
    },
  });
}

async function send(
  transport: Transport,
  settings: Settings,
  email: EmailMessage,
  { idempotencyKey, signal }: Sending,
): Promise<Result<void, MessageFailed>> {
  const to = Email.parse(email.to);
  if (to.isErr()) return err(messageFailed("the recipient is no e-mail address", true));
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, settings.timeout);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    const mail = mailOf(settings, to.value, email, idempotencyKey);
    // Nodemailer ends the connection of what is aborted; whatever it does, the answer does not wait for it.
    await Promise.race([aborted(over.signal), over.signal.aborted ? undefined : transport.sendMail({ ...mail, signal: over.signal })]);
    return ok(undefined);
  } catch (thrown) {
    if (signal.aborted) return err(messageFailed("aborted", false));
    return err(over.signal.aborted ? messageFailed(`no answer within ${settings.timeout} ms`, false) : failureOf(thrown));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const fail = (): void => reject(new Error("aborted"));
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
