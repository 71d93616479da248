import type { MessageKind, Timestamp, UserMessage } from "denizen/ports";
import { presentable } from "./presentable.js";

/** What a template puts into words. Times that something is good for are milliseconds, from `at` on. */
export interface Wording {
  readonly kind: MessageKind;
  /** The product's name. */
  readonly product: string;
  /** What to call its reader; null where nobody knows, or where the name is none to send to a stranger (a link, a phone number). */
  readonly name: string | null;
  /** Where it goes. */
  readonly to: string;
  readonly code: { readonly text: string; readonly validFor: number } | null;
  readonly link: { readonly url: string; readonly validFor: number } | null;
  /** When that happened which it is about. */
  readonly at: Timestamp;
  /** Of a new device: what it calls itself. Of a factor: the key of its method. Null also where it is nothing to show. */
  readonly detail: string | null;
}

export function wordingOf({ kind, to, user, code, link, at, detail }: UserMessage, product: string, url: string | undefined): Wording {
  const validFor = (expiresAt: Timestamp): number => Date.parse(expiresAt) - Date.parse(at);
  return {
    kind,
    product,
    name: presentable(user.name?.display),
    to,
    code: code === null ? null : { text: code.text.reveal(), validFor: validFor(code.expiresAt) },
    link: link === null || url === undefined ? null : { url, validFor: validFor(link.expiresAt) },
    at,
    detail: presentable(detail),
  };
}
