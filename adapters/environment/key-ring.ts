import { Secret } from "denizen";
import type { Keys } from "denizen/ports";
import { NEVER, string } from "zod";
import type { ZodType } from "zod";

const EXPECTED = "must be id:base64, or several with commas between them, each id once and each key at least 32 bytes";

/**
 * `id:base64`, or several with commas between them: the first is the current key, and those behind it are still understood. Each key is
 * 32 bytes or more from a CSPRNG (`openssl rand -base64 32`); ids are 1 to 64 of `A-Z a-z 0-9 . _ -`. For `new Application({ keys })`.
 * However it is printed, it shows the ids and no key.
 */
export const keyRing = (): ZodType<Keys, string> =>
  string({ error: EXPECTED }).transform((text, context) => {
    const ring = ringIn(text);
    if (ring !== undefined) return ring;
    context.addIssue(EXPECTED);
    return NEVER;
  });

/** Base64 of either alphabet, with its padding or without. */
const ENTRY = /^([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/_-]+)={0,2}$/;

function ringIn(text: string): Keys | undefined {
  const keys = new Map<string, Uint8Array>();
  for (const entry of text.split(",")) {
    const [, id, base64] = ENTRY.exec(entry.trim()) ?? [];
    const key = base64 === undefined ? undefined : bytesIn(base64);
    if (id === undefined || key === undefined || key.length < 32 || keys.has(id)) return undefined;
    keys.set(id, key);
  }
  const [current] = keys.keys();
  return current === undefined ? undefined : new KeyRing(current, Object.fromEntries(keys));
}

function bytesIn(base64: string): Uint8Array | undefined {
  try {
    return KeyBytes.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** What denizen's own secrets print as. */
const MASK = String(new Secret(""));

const INSPECT = Symbol.for("nodejs.util.inspect.custom");
const DENO_INSPECT = Symbol.for("Deno.customInspect");

/** The keys lie where no printer looks, not even one that knows nothing of the methods below. */
class KeyRing implements Keys {
  readonly current: string;
  readonly #keys: Keys["keys"];

  constructor(current: string, keys: Keys["keys"]) {
    this.current = current;
    this.#keys = Object.freeze(keys);
    Object.freeze(this);
  }

  get keys(): Keys["keys"] {
    return this.#keys;
  }

  toJSON(): object {
    return { current: this.current, keys: Object.fromEntries(Object.keys(this.#keys).map((id) => [id, MASK])) };
  }

  [INSPECT](): object {
    return this.toJSON();
  }

  [DENO_INSPECT](): string {
    return JSON.stringify(this);
  }
}

/** For whoever takes one key out of the ring and prints that. */
class KeyBytes extends Uint8Array {
  override toString(): string {
    return MASK;
  }

  override toLocaleString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [INSPECT](): string {
    return MASK;
  }

  [DENO_INSPECT](): string {
    return MASK;
  }
}
