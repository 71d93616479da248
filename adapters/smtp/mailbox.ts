import { Email } from "denizen";

/** `Acme <no-reply@acme.example>`, or the address alone, or both apart. */
export type Mailbox = string | { readonly name?: string; readonly address: string };

export interface ParsedMailbox {
  readonly name: string;
  readonly address: string;
}

const FORM = /^(?:"?([^"<>]*?)"? *<([^<>]+)>|([^<>\s]+))$/;

/** Undefined for what is none. */
export function parsedMailbox(mailbox: unknown): ParsedMailbox | undefined {
  const { name, address } = typeof mailbox === "string" ? split(mailbox.trim()) : apart(mailbox);
  const email = Email.parse(address);
  // A line break would begin another header.
  return email.isErr() || typeof name !== "string" || /\p{Cc}/u.test(name) ? undefined : { name, address: email.value };
}

function split(text: string): { readonly name: unknown; readonly address: unknown } {
  const [, name = "", inBrackets, alone] = FORM.exec(text) ?? [];
  return { name, address: inBrackets ?? alone };
}

function apart(mailbox: unknown): { readonly name: unknown; readonly address: unknown } {
  if (typeof mailbox !== "object" || mailbox === null) return { name: undefined, address: undefined };
  const { name = "", address } = mailbox as { readonly name?: unknown; readonly address?: unknown };
  return { name, address };
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);
