import { domainError, errAsync, okAsync } from "denizen";
import type { MessageFailed, MessageKind, Messages, UserMessage } from "denizen/ports";

/** A message that has arrived, with its secrets readable. */
export interface Letter extends Omit<UserMessage, "code" | "link"> {
  /** What is typed; undefined where there is none. */
  readonly code: string | undefined;
  /** What the link carries as its token; undefined where there is none. */
  readonly link: string | undefined;
  readonly idempotencyKey: string;
}

export interface LetterFilter {
  readonly to?: string;
  readonly kind?: MessageKind;
}

/** Keeps what would have been sent, for tests: `new Application({ messages: mailbox })`, and `mailbox.last({ to })?.code`. */
export interface Mailbox extends Messages {
  /** Oldest first. What a worker sends twice under one key has arrived once. */
  readonly letters: readonly Letter[];
  last(filter?: LetterFilter): Letter | undefined;
  all(filter?: LetterFilter): readonly Letter[];
  clear(): void;
  /** Nothing arrives until it is up again; `permanent` for an address that does not exist. */
  down(failure?: { readonly permanent?: boolean }): void;
  up(): void;
}

export function mailbox(): Mailbox {
  const letters = new Map<string, Letter>();
  let failure: MessageFailed | undefined;
  const all = ({ to, kind }: LetterFilter = {}): readonly Letter[] =>
    [...letters.values()].filter((letter) => (to === undefined || letter.to === to) && (kind === undefined || letter.kind === kind));
  return {
    get letters() {
      return [...letters.values()];
    },
    all,
    last: (filter) => all(filter).at(-1),
    clear: () => letters.clear(),
    down: ({ permanent = false } = {}) => {
      failure = domainError("message-failed", "the message was not sent: the mailbox is down", { permanent, detail: "down" });
    },
    up: () => {
      failure = undefined;
    },
    send: ({ code, link, ...message }, { idempotencyKey }) => {
      if (failure !== undefined) return errAsync(failure);
      if (!letters.has(idempotencyKey))
        letters.set(idempotencyKey, { ...message, idempotencyKey, code: code?.text.reveal(), link: link?.token.reveal() });
      return okAsync(undefined);
    },
  };
}
