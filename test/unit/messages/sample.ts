import { PersonName, Secret, okAsync } from "denizen";
import type { EmailMessage, MessageKind, Messenger, Sending, SmsMessage, UserMessage } from "denizen/ports";

export const AT = "2026-11-20T09:30:00.000Z";
export const CODE = "12345678";
export const TOKEN = "a+b/c=d&e#f";

const LIVES: Readonly<Record<string, { readonly code?: number; readonly link?: number }>> = {
  "verify-email": { code: 10, link: 24 * 60 },
  "verify-phone": { code: 10 },
  "change-email": { code: 10, link: 10 },
  "revert-email": { link: 3 * 24 * 60 },
  "reset-password": { code: 10, link: 60 },
  "log-in": { code: 10, link: 10 },
  invitation: { link: 7 * 24 * 60 },
};

const after = (minutes: number): string => new Date(Date.parse(AT) + minutes * 60_000).toISOString();

/** As denizen hands it over. */
export function sample(kind: MessageKind, parts: Partial<UserMessage> & { readonly name?: string } = {}): UserMessage {
  const { name = "Ada Lovelace", ...rest } = parts;
  const { code, link } = LIVES[kind] ?? {};
  const channel = rest.channel ?? (kind === "verify-phone" ? "phone" : "email");
  return {
    kind,
    channel,
    to: channel === "email" ? "ada@example.org" : "+34600000001",
    tenant: "default",
    user: { id: "u1", name: PersonName.parse(name)._unsafeUnwrap(), attributes: {} },
    code: code === undefined ? null : { text: new Secret(CODE), expiresAt: after(code) },
    link: link === undefined || channel === "phone" ? null : { token: new Secret(TOKEN), expiresAt: after(link) },
    at: AT,
    detail: kind === "new-device" ? "Firefox on Linux" : kind.startsWith("factor-") ? "totp" : null,
    ...rest,
  };
}

export const LINKS = {
  "verify-email": "https://app.example/verify#token={token}",
  "change-email": "https://app.example/change#token={token}",
  "revert-email": "https://app.example/revert#token={token}",
  "reset-password": "https://app.example/reset?token={token}&from=mail",
  "log-in": "https://app.example/in#{token}",
  invitation: "http://localhost:3000/invitation/{token}",
} as const;

export const sending = (idempotencyKey = "denizen-mail:e1", signal = new AbortController().signal): Sending => ({ idempotencyKey, signal });

/** Keeps what it is handed. */
export function pigeon() {
  const emails: (EmailMessage & Sending)[] = [];
  const texts: (SmsMessage & Sending)[] = [];
  const messenger: Messenger = {
    sendEmail: (email, how) => okAsync(void emails.push({ ...email, ...how })),
    sendSms: (sms, how) => okAsync(void texts.push({ ...sms, ...how })),
  };
  return { emails, texts, messenger };
}
