import type { MessageKind } from "denizen/ports";
import { LINKED } from "./links.js";
import type { Wording } from "./wording.js";

/** What goes by e-mail: everything but the code that proves a phone. */
export type EmailKind = Exclude<MessageKind, "verify-phone">;

/** What goes by SMS: codes. */
export type SmsKind = "verify-phone" | "log-in" | "reset-password";

/** Plain text, a code to type, or something to follow. */
export type Paragraph = string | { readonly code: string } | { readonly link: string; readonly label: string };

/** An e-mail in words, without any markup: `layOut` makes text and HTML of it. */
export interface EmailContent {
  /** One line. */
  readonly subject: string;
  readonly greeting: string;
  readonly paragraphs: readonly Paragraph[];
  readonly closing: string;
}

export type EmailTemplate = (wording: Wording) => EmailContent;

/** At most 160 characters of GSM 03.38 for one SMS; other letters (á, í, ó, ú among them) leave room for 70. */
export type SmsTemplate = (wording: Wording) => string;

/** One language: what is said in each e-mail, and in each SMS. */
export type Templates = { readonly [Kind in EmailKind]: EmailTemplate } & {
  readonly sms: { readonly [Kind in SmsKind]: SmsTemplate };
};

// Records, so that a kind left out does not compile.
const EMAILS: { readonly [Kind in EmailKind]: true } = {
  ...LINKED,
  "sign-up-repeated": true,
  "password-changed": true,
  "factor-added": true,
  "factor-removed": true,
  "new-device": true,
};
const SMS: { readonly [Kind in SmsKind]: true } = { "verify-phone": true, "log-in": true, "reset-password": true };

export const EMAIL_KINDS = Object.keys(EMAILS);
export const SMS_KINDS = Object.keys(SMS);

export const isEmailKind = (kind: string): kind is EmailKind => Object.hasOwn(EMAILS, kind);
export const isSmsKind = (kind: string): kind is SmsKind => Object.hasOwn(SMS, kind);
