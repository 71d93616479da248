import { randomUUID } from "node:crypto";

/** Something that hands events from whoever publishes them to a handler: denizen, or a queue of jobs that is used for it. */
export interface Contestant {
  /** Makes its tables in an empty database. */
  prepare(url: string): Promise<void>;
  /** Publishes so many events, before anybody handles one. */
  fill(url: string, events: number): Promise<void>;
  join(url: string): Promise<Member>;
}

/** One process that takes part, with connections of its own. */
export interface Member {
  /** In a commit of its own; answers when that is over. */
  publish(mark: string): Promise<void>;
  /** Handles events from now on, those of other members included. */
  work(handle: (mark: string) => void): Promise<void>;
  leave(): Promise<void>;
}

/** Each of these many published as many events as each other. */
export const PUBLISHERS = 5_000;

/**
 * An event as denizen hands it to its handlers, for the payload of a job: who uses a queue for events puts no less into it, and
 * the bytes that are moved are alike.
 */
export function eventAsJob(mark: string) {
  const commitId = randomUUID();
  return {
    id: randomUUID(),
    type: "planet-renamed",
    version: 1,
    occurredAt: new Date().toISOString(),
    publisher: { kind: "planet", id: randomUUID(), version: 1 },
    subject: null,
    payload: { name: mark },
    metadata: { actor: "anonymous", tenant: "default", commitId, correlationId: commitId, causationId: null, trace: null },
  };
}

export type EventAsJob = ReturnType<typeof eventAsJob>;

/** Marks from 1 on, in parts that one call can insert. */
export function* inParts(events: number, part = 5_000): Generator<readonly string[]> {
  for (let begin = 0; begin < events; begin += part) {
    yield Array.from({ length: Math.min(part, events - begin) }, (_, index) => `Planet ${begin + index + 1}`);
  }
}
