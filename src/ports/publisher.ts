import type { DomainError } from "../kernel/error.js";
import type { ResultAsync } from "../kernel/result.js";

/** The broker did not take it, or did not say so in time. The durable subscriber tries again. */
export type PublishFailed = DomainError<"publish-failed"> & { readonly detail: string };

/** What goes over the wire: an encoded CloudEvent. */
export interface Message {
  /** The event's id: brokers and consumers know duplicates by it. */
  readonly id: string;
  /** The event's type, as CloudEvents has it. */
  readonly type: string;
  /** Messages of one key stay in order: `tenant/kind/id` of the publisher, each percent-encoded but for letters, digits, `-` and `_`. */
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Hands a message to a broker, and answers when the broker has it safely. */
export interface Publisher {
  publish(message: Message): ResultAsync<void, PublishFailed>;
}
