import type { Timestamp } from "../kernel/clock.js";
import type { DomainError } from "../kernel/error.js";
import type { ResultAsync } from "../kernel/result.js";
import type { Secret } from "../kernel/secret.js";
import type { ChallengePurpose, Channel } from "../users/challenges/events.js";
import type { Attributes } from "../users/events.js";
import type { PersonName } from "../users/values/person-name.js";

/** What a user is told of, that asks nothing of him unless it was not he. */
export type NoticeKind = "sign-up-repeated" | "password-changed" | "factor-added" | "factor-removed" | "new-device";

export type MessageKind = ChallengePurpose | NoticeKind;

/** What is to be said to one user, in no language yet. */
export interface UserMessage {
  readonly kind: MessageKind;
  readonly channel: Channel;
  /** An e-mail, or a phone number in E.164. */
  readonly to: string;
  readonly tenant: string;
  readonly user: { readonly id: string; readonly name: PersonName | null; readonly attributes: Attributes };
  /** Eight digits to type, and until when. */
  readonly code: { readonly text: Secret; readonly expiresAt: Timestamp } | null;
  /** What the link carries as its token, and until when. */
  readonly link: { readonly token: Secret; readonly expiresAt: Timestamp } | null;
  /** When that happened which it is about. */
  readonly at: Timestamp;
  /** Of a new device: what its log-in said of it. Of a factor: the key of its method. */
  readonly detail: string | null;
}

/** Not sent. `permanent` when another try would not help: no such mailbox, a number that cannot be. `detail` names neither whom nor what. */
export type MessageFailed = DomainError<"message-failed"> & { readonly permanent: boolean; readonly detail: string };

export interface Sending {
  /** The same for every try of the same message: hand it to whatever understands such keys. */
  readonly idempotencyKey: string;
  /** Aborted when the try has taken too long. */
  readonly signal: AbortSignal;
}

/** Says it: in words, by a messenger. Called by durable subscribers, which try again what has failed. */
export interface Messages {
  send(message: UserMessage, sending: Sending): ResultAsync<void, MessageFailed>;
}

export interface EmailMessage {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface SmsMessage {
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

/** Hands messages to whoever carries them, and answers when he has taken them. */
export interface Messenger {
  sendEmail(email: EmailMessage, sending: Sending): ResultAsync<void, MessageFailed>;
  sendSms(sms: SmsMessage, sending: Sending): ResultAsync<void, MessageFailed>;
}
