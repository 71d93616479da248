import { PARTITIONS } from "denizen/ports";
import { countUpTo, erase } from "./entry.js";
import type { Draft, Entry, LogPublisher } from "./entry.js";
import { key } from "./key.js";
import { partitionOf } from "./partition-of.js";

/** What a transaction does with the log. */
export interface Events {
  append(drafts: readonly Draft[]): void;
  /** Empties what is personal in all events of which this is the subject. */
  erase(tenant: string, subject: string): void;
}

/** All events in order of their commits: positions are given in the one synchronous step of each. */
export class EventLog implements Events {
  #entries: Draft[] = [];
  readonly #partitions: Draft[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly #publishers = new Map<string, LogPublisher>();
  #last = 0;

  /** The latest position that was given. */
  get last(): number {
    return this.#last;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  partition(number: number): readonly Entry[] {
    return this.#partitions[number] ?? [];
  }

  publisher(tenant: string, kind: string, id: string): LogPublisher | undefined {
    return this.#publishers.get(key(tenant, kind, id));
  }

  find(partition: number, position: number): Entry | undefined {
    const entries = this.partition(partition);
    const found = entries[countUpTo(entries, position) - 1];
    return found?.position === position ? found : undefined;
  }

  append(drafts: readonly Draft[]): void {
    for (const draft of drafts) {
      draft.position = ++this.#last;
      draft.publisher = this.#known(draft.publisher);
      hang(draft);
      this.#entries.push(draft);
      this.#partitions[draft.publisher.partition]?.push(draft);
    }
  }

  erase(tenant: string, subject: string): void {
    erase(this.#entries, tenant, subject);
  }

  remove(doomed: ReadonlySet<Entry>): void {
    const stays = (entry: Entry): boolean => !doomed.has(entry);
    const publishers = new Set([...doomed].map(({ publisher }) => publisher));
    for (const publisher of publishers) publisher.last = undefined;
    this.#entries = this.#entries.filter(stays);
    for (const number of new Set([...publishers].map(({ partition }) => partition))) {
      const left = (this.#partitions[number] ?? []).filter(stays);
      this.#partitions[number] = left;
      for (const entry of left) if (publishers.has(entry.publisher)) hang(entry);
    }
    for (const { last, tenant, kind, id } of publishers) if (last === undefined) this.#publishers.delete(key(tenant, kind, id));
  }

  /** The one object that there is of a publisher: this one, if it is new. */
  #known(publisher: LogPublisher): LogPublisher {
    const at = key(publisher.tenant, publisher.kind, publisher.id);
    const known = this.#publishers.get(at);
    if (known !== undefined) return known;
    publisher.partition = partitionOf(at);
    this.#publishers.set(at, publisher);
    return publisher;
  }
}

function hang(entry: Draft): void {
  entry.previous = entry.publisher.last;
  entry.publisher.last = entry;
}
