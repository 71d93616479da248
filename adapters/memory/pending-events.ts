import { erase } from "./entry.js";
import type { Draft } from "./entry.js";
import type { Events } from "./event-log.js";

interface Person {
  readonly tenant: string;
  readonly subject: string;
}

/** The events of an open transaction, and those whom it forgets: apart from the log until it commits. */
export class PendingEvents implements Events {
  readonly #pending: Draft[] = [];
  readonly #erased: Person[] = [];

  get count(): number {
    return this.#pending.length;
  }

  get erased(): readonly Person[] {
    return this.#erased;
  }

  append(drafts: readonly Draft[]): void {
    for (const draft of drafts) this.#pending.push(draft);
  }

  erase(tenant: string, subject: string): void {
    this.#erased.push({ tenant, subject });
    erase(this.#pending, tenant, subject);
  }

  apply(log: Events): void {
    log.append(this.#pending);
  }
}
