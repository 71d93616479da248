import type { EventDefinition } from "./event.js";
import type { Json } from "./json.js";

/** A payload, and the version of its shape. */
export interface Shaped {
  readonly version: number;
  readonly payload: object;
}

/**
 * Brings a payload into the shape of today, version by version. One that is newer than the definition, written by a later release, stays
 * as it is. Throws what an upcaster throws: whoever reads the log makes a typed failure of it.
 */
export function upcast(definition: EventDefinition | undefined, { version, payload }: Shaped): Shaped {
  const today = definition?.version ?? version;
  let shaped = payload;
  for (let from = version; from < today; from++) {
    // Payloads are JSON, which the unit of work has made sure of before it wrote them; what an upcaster makes is its own business.
    const next: unknown = definition?.upcasters?.[from]?.(shaped as Readonly<Record<string, Json>>);
    if (typeof next !== "object" || next === null) throw new Error(`there is no payload of version ${from + 1}`);
    shaped = next;
  }
  return { version: Math.max(version, today), payload: shaped };
}
