import { domainError } from "denizen";
import type { MessageFailed } from "denizen/ports";

/** Where another try would say the same, until the configuration is another one. */
export const unsayable = (detail: string): MessageFailed => messageFailed(detail, true);

export const messageFailed = (detail: string, permanent: boolean): MessageFailed =>
  domainError("message-failed", `the message was not sent: ${detail}`, { permanent, detail });
