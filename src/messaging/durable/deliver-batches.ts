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
  let delivered = 0;
  const settle = async (): Promise<void> => {
    const count = await settleAll(crew, done.splice(0));
    delivered += count;
  };
  const early: Promise<void>[] = [];
  const timer = setInterval(() => {
    if (done.length > 0) early.push(settle());
  }, PATIENCE);
  await Promise.all(batches.map(async (batch) => done.push(await deliver(crew, batch, until))));
  clearInterval(timer);
  await Promise.all([...early, settle()]);
  return delivered;
}

async function settleAll({ engine, subscriber, worker, hand }: Crew, done: readonly Done[]): Promise<number> {
  const ours = done.filter(({ hold }) => !hold.lost);
  if (ours.length > 0) {
    // What cannot be settled is delivered again, once the lease is over: that is what idempotency keys are for.
    const settled = await engine.store.deliveries.settle({
      subscriber: subscriber.name,
      worker,
      at: timestamp(engine.clock.now()),
      batches: ours.map(({ batch }) => batch),
      waiting: ours.flatMap(({ waiting }) => waiting),
    });
    if (settled.isErr())
      engine.instrumentation.count("denizen.deliveries.unsettled", ours.length, { "denizen.subscriber": subscriber.name });
  }
  for (const { hold } of done) hand.release(hold);
  return ours.reduce((sum, { batch }) => sum + batch.delivered, 0);
}

async function deliver(crew: Crew, { partition, token, events, to }: Batch, until: number): Promise<Done> {
  const hold = crew.hand.hold(token, { partition }, until);
  const under = walkUnder(crew, hold);
  const walks = linesOf(events).map(async (line) => {
    const [first] = line;
    const walked: Walked =
      first?.behind === true ? { delivered: 0, failed: undefined } : await crew.limiter.run(() => walk(under, { events: line }));
    return { walked, waiting: waitingOf(crew, partition, line, walked) };
  });
  const results = await Promise.all(walks);
  const delivered = results.reduce((sum, { walked }) => sum + walked.delivered, 0);
  return { hold, batch: { partition, token, to, delivered }, waiting: results.flatMap(({ waiting }) => waiting) };
}

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
