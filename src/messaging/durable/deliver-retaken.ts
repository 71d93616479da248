import { timestamp } from "../../kernel/clock.js";
import type { Resettled, Retaken } from "../../ports/deliveries.js";
import { walkUnder } from "./crew.js";
import type { Crew } from "./crew.js";
import { delayAfter } from "./deliver-batches.js";
import { walk } from "./line.js";

/** Tries again what was due, publisher by publisher, and writes what became of it. Answers how many were delivered. */
export async function deliverRetaken(crew: Crew, retaken: readonly Retaken[], until: number): Promise<number> {
  const counts = await Promise.all(retaken.map((publisher) => deliver(crew, publisher, until)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function deliver(crew: Crew, { publisher, token, events }: Retaken, until: number): Promise<number> {
  const [head] = events;
  if (head === undefined) return 0;
  const hold = crew.hand.hold(token, { publisher, first: head.position }, until);
  const { delivered, failed } = await crew.limiter.run(() => walk(walkUnder(crew, hold), { events }));
  const next = events[delivered];
  const attempts = (next?.attempts ?? 0) + 1;
  if (!hold.lost) {
    const resettled: Resettled["publishers"][number] = {
      publisher,
      token,
      first: head.position,
      done: events[delivered - 1]?.position ?? null,
      delivered,
      failed:
        failed === undefined || next === undefined
          ? null
          : { position: next.position, attempts, delay: delayAfter(crew, attempts), error: failed },
    };
    const { engine, subscriber, worker } = crew;
    // What cannot be written is tried again, once the lease is over.
    const written = await engine.store.deliveries.resettle({
      subscriber: subscriber.name,
      worker,
      at: timestamp(engine.clock.now()),
      publishers: [resettled],
    });
    if (written.isErr()) engine.instrumentation.count("denizen.deliveries.unsettled", 1, { "denizen.subscriber": subscriber.name });
  }
  crew.hand.release(hold);
  return delivered;
}
