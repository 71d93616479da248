import { V7Generator } from "uuidv7";
import type { Clock } from "./clock.js";
import { hex } from "./random.js";
import type { Random } from "./random.js";

/** The identity port: every id denizen makes comes from here. */
export interface Ids {
  next(): string;
}

// One call for many random words: a call for each would be half the cost of an id.
const WORDS = 256;

function words(random: Random): () => number {
  let pool = new Uint32Array(0);
  let used = 0;
  return () => {
    if (used >= pool.length) {
      // A copy, so that the words are aligned wherever the bytes came from.
      pool = new Uint32Array(new Uint8Array(random.bytes(WORDS * 4)).buffer);
      used = 0;
    }
    return pool[used++] ?? 0;
  };
}

/** UUIDv7 (RFC 9562 §5.7) of the clock's milliseconds: sortable by time, and monotonic within this process. */
export function uuidv7(clock: Clock, random: Random): Ids {
  const generator = new V7Generator({ nextUint32: words(random) });
  return {
    next: () => {
      const now = Math.trunc(clock.now());
      // The generator throws outside of 48 bits; a broken clock must not.
      return hex(generator.generateOrResetWithTs(now >= 0 && now < 2 ** 48 ? now : 0).bytes, DASHES);
    },
  };
}

const DASHES = [8, 13, 18, 23];
