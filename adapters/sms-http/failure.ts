import { domainError } from "denizen";
import type { MessageFailed } from "denizen/ports";

/** What the gateway says of the message itself: this number or this text, today and tomorrow. */
const PERMANENT = new Set([400, 404, 410, 422]);

/**
 * What a status means. Whatever an operator or time can mend is tried again: a redirect, a key that is not accepted (401, 403), a
 * gateway that is busy or down.
 */
export const refused = (status: number): MessageFailed => messageFailed(`http ${status}`, PERMANENT.has(status));

/** `detail` never has the number, the text, the address of the gateway or what it answered: it is logged. */
export const messageFailed = (detail: string, permanent = false): MessageFailed =>
  domainError("message-failed", `the SMS was not sent: ${detail}`, { permanent, detail });
