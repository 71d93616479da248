import { answered } from "../../answered.js";
import { timestamp } from "../../kernel/clock.js";
import type { Batch, PublisherKey, Settled, TakenEvent, Waiting } from "../../ports/deliveries.js";
import { backOff } from "./back-off.js";
import { walkUnder } from "./crew.js";
import type { Crew } from "./crew.js";
import type { Hold } from "./hand.js";
import { walk } from "./line.js";
import type { Walked } from "./line.js";

/** Milliseconds after which partitions that are done are given back, though others of the same take are not. */
const PATIENCE = 50;

interface Done {
  readonly hold: Hold;
  readonly batch: Settled["batches"][number];
  readonly waiting: readonly Waiting[];
}

/** Delivers what was taken and settles it, all at once or, where a handler is slow, part by part. Answers how many were delivered. */
export async function deliverBatches(crew: Crew, batches: readonly Batch[], until: number): Promise<number> {
  const done: Done[] = [];
  const settled: Promise<number>[] = [];
  const timer = setInterval(() => {
    if (done.length === 0) return;
    // More may have come to the partitions that are given back, or have been left in them.
    settled.push(settleAll(crew, done.splice(0)).finally(() => crew.signal.ring()));
  }, PATIENCE);
  try {
    await Promise.all(batches.map(async (batch) => done.push(await deliver(crew, batch, until))));
  } finally {
    clearInterval(timer);
  }
  settled.push(settleAll(crew, done.splice(0)));
  return sumOf(await Promise.all(settled));
}

async function settleAll(crew: Crew, done: readonly Done[]): Promise<number> {
  const { engine, subscriber, worker, hand } = crew;
  const ours = done.filter(({ hold }) => !hold.lost);
  try {
    if (ours.length === 0) return 0;
    // What cannot be settled is delivered again, once the lease is over: that is what idempotency keys are for.
    const settled = await answered(() =>
      engine.store.deliveries.settle({
        subscriber: subscriber.name,
        worker,
        at: timestamp(engine.clock.now()),
        batches: ours.map(({ batch }) => batch),
        waiting: ours.flatMap(({ waiting }) => waiting),
      }),
    );
    if (settled.isErr()) unsettled(crew, ours.length);
    return sumOf(ours.map(({ batch }) => batch.delivered));
  } finally {
    for (const { hold } of done) hand.release(hold);
  }
}

export const unsettled = ({ engine, subscriber }: Crew, count: number): void =>
  engine.instrumentation.count("denizen.deliveries.unsettled", count, { "denizen.subscriber": subscriber.name });

export const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

async function deliver(crew: Crew, { partition, token, events, to }: Batch, until: number): Promise<Done> {
  const hold = crew.hand.hold(token, { partition }, until);
  const under = walkUnder(crew, hold);
  const walks = linesOf(events).map(async (line) => {
    try {
      const walked = line[0]?.behind === true ? NOT_BEGUN : await crew.limiter.run(() => walk(under, line));
      return { delivered: walked.delivered, waiting: waitingOf(crew, partition, line, walked) };
    } catch {
      // A port that throws: the partition is not settled, and comes again when the lease is over.
      hold.lost = true;
      return { delivered: 0, waiting: [] };
    }
  });
  const results = await Promise.all(walks);
  const delivered = sumOf(results.map((result) => result.delivered));
  return { hold, batch: { partition, token, to, delivered }, waiting: results.flatMap(({ waiting }) => waiting) };
}

const NOT_BEGUN: Walked = { delivered: 0, failed: undefined };

/** The events of each publisher, in order. */
function linesOf(events: readonly TakenEvent[]): readonly (readonly TakenEvent[])[] {
  const lines = new Map<string, TakenEvent[]>();
  for (const taken of events) {
    const { publisher, metadata } = taken.event;
    // U+0000 cannot occur within a part: no stored text may hold it.
    const key = `${metadata.tenant}\u0000${publisher.kind}\u0000${publisher.id}`;
    const line = lines.get(key);
    if (line === undefined) lines.set(key, [taken]);
    else line.push(taken);
  }
  return [...lines.values()];
}

/** What was not delivered: the one that failed for its wait, and those after it, or those that were not begun, until it is through. */
function waitingOf(crew: Crew, partition: number, line: readonly TakenEvent[], { delivered, failed }: Walked): readonly Waiting[] {
  return line.slice(delivered).map(({ event, position }, index) => {
    const error = index === 0 ? (failed ?? null) : null;
    return {
      partition,
      position,
      publisher: publisherOf(event),
      eventId: event.id,
      ...(error === null ? { attempts: 0, delay: 0, error } : { attempts: 1, delay: delayAfter(crew, 1), error }),
    };
  });
}

export const publisherOf = ({ publisher, metadata }: TakenEvent["event"]): PublisherKey => ({
  tenant: metadata.tenant,
  kind: publisher.kind,
  id: publisher.id,
});

/** Null when there have been enough tries. */
export const delayAfter = ({ engine, subscriber }: Crew, attempts: number): number | null =>
  attempts >= subscriber.settings.attempts ? null : backOff(attempts, subscriber.settings, engine.random);
