import { answered } from "../../answered.js";
import { timestamp } from "../../kernel/clock.js";
import type { Retaken } from "../../ports/deliveries.js";
import { walkUnder } from "./crew.js";
import type { Crew } from "./crew.js";
import { delayAfter, sumOf, unsettled } from "./deliver-batches.js";
import { walk } from "./line.js";

/** Tries again what was due, publisher by publisher, and writes what became of it. Answers how many were delivered. */
export async function deliverRetaken(crew: Crew, retaken: readonly Retaken[], until: number): Promise<number> {
  return sumOf(await Promise.all(retaken.map((publisher) => deliver(crew, publisher, until))));
}

async function deliver(crew: Crew, { publisher, token, events }: Retaken, until: number): Promise<number> {
  const [head] = events;
  if (head === undefined) return 0;
  const hold = crew.hand.hold(token, { publisher, first: head.position }, until);
  try {
    const { delivered, failed } = await crew.limiter.run(() => walk(walkUnder(crew, hold), events));
    if (hold.lost) return delivered;
    const next = events[delivered];
    const attempts = (next?.attempts ?? 0) + 1;
    const { engine, subscriber, worker } = crew;
    // What cannot be written is tried again, once the lease is over.
    const written = await answered(() =>
      engine.store.deliveries.resettle({
        subscriber: subscriber.name,
        worker,
        at: timestamp(engine.clock.now()),
        publisher,
        token,
        first: head.position,
        done: events[delivered - 1]?.position ?? null,
        delivered,
        failed:
          failed === undefined || next === undefined
            ? null
            : { position: next.position, attempts, delay: delayAfter(crew, attempts), error: failed },
      }),
    );
    if (written.isErr()) unsettled(crew, 1);
    return delivered;
  } catch {
    // A port that throws: it is tried again when the lease is over.
    return 0;
  } finally {
    crew.hand.release(hold);
  }
}
