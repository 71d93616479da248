import type { Batch, DeliveryError, PublisherKey, Settled, StoredEvent, TakenEvent, Waiting } from "denizen/ports";

/** What everything that fails in these cases fails by; it names somebody. */
export const FAILED: DeliveryError = { code: "handler-threw", message: "the mail server of ada@example.com says no" };

/** What a worker makes of batches: whatever fails waits so long, and what comes after it of the same publisher waits behind it. */
export function handled(batches: readonly Batch[], failing: readonly StoredEvent[], delay: number | null) {
  const delivered: StoredEvent[] = [];
  const waiting: Waiting[] = [];
  const settled = batches.map(({ partition, token, to, events }): Settled["batches"][number] => {
    const held = new Set<string>();
    const before = delivered.length;
    for (const taken of events) {
      const key = JSON.stringify(publisherOf(taken));
      const fails = failing.some(({ id }) => id === taken.event.id);
      const isBehind = taken.behind || held.has(key);
      if (!isBehind && !fails) delivered.push(taken.event);
      else {
        held.add(key);
        waiting.push(isBehind ? waitingFor(partition, taken) : waitingFor(partition, taken, { attempts: 1, delay, error: FAILED }));
      }
    }
    return { partition, token, to, delivered: delivered.length - before };
  });
  return { delivered, batches: settled, waiting };
}

/** One that waits behind another, unless it is said why. */
export const waitingFor = (
  partition: number,
  taken: TakenEvent,
  why: Pick<Waiting, "attempts" | "delay" | "error"> = { attempts: 0, delay: 0, error: null },
): Waiting => ({ partition, position: taken.position, publisher: publisherOf(taken), eventId: taken.event.id, ...why });

export const publisherOf = ({ event }: { readonly event: StoredEvent }): PublisherKey => ({
  tenant: event.metadata.tenant,
  kind: event.publisher.kind,
  id: event.publisher.id,
});
