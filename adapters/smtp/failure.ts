import { domainError } from "denizen";
import type { MessageFailed } from "denizen/ports";

export const messageFailed = (detail: string, permanent: boolean): MessageFailed =>
  domainError("message-failed", `the e-mail was not sent: ${detail}`, { permanent, detail });

/** What the server said no to, when it was asked about this message and this recipient. */
const ABOUT_THE_MESSAGE = new Set(["RCPT TO", "DATA"]);

/** Log in first, with TLS, or in another order: nothing that is wrong with the message (RFC 4954 §6, RFC 5321 §4.2.2). */
const ABOUT_THE_SESSION = new Set([503, 530, 534, 535, 538]);

/** Nodemailer refuses these itself, before it asks the server: an address that cannot be, a message larger than the server takes. */
const REFUSED_HERE = new Set(["EENVELOPE", "EMESSAGE"]);

/**
 * What a failure of nodemailer is. Permanent is what the server said about the recipient or the message with a 5xx reply. What it says
 * of the sender, of the log-in or of TLS the operator can mend. Its words are not repeated: servers quote the address in them.
 */
export function failureOf(thrown: unknown): MessageFailed {
  const { code, originalCode, responseCode, response, command } = fieldsOf(thrown);
  if (typeof responseCode !== "number") {
    const known = [originalCode, code].find(isCode);
    return messageFailed(known ?? "unknown", typeof code === "string" && REFUSED_HERE.has(code));
  }
  const permanent = isFinal(responseCode) && typeof command === "string" && ABOUT_THE_MESSAGE.has(command);
  return messageFailed(`SMTP ${responseCode}${enhanced(response)}`, permanent);
}

const isFinal = (reply: number): boolean => reply >= 500 && reply <= 599 && !ABOUT_THE_SESSION.has(reply);

/** RFC 3463: ` 5.1.1`. */
function enhanced(response: unknown): string {
  const [, status] = (typeof response === "string" && /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?!\S)/.exec(response)) || [];
  return status === undefined ? "" : ` ${status}`;
}

const isCode = (code: unknown): code is string => typeof code === "string" && /^[A-Z][A-Z\d_]{2,60}$/.test(code);

interface Fields {
  readonly code?: unknown;
  readonly originalCode?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly command?: unknown;
}

const fieldsOf = (thrown: unknown): Fields => (typeof thrown === "object" && thrown !== null ? thrown : {});
