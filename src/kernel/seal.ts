import { hmac } from "./keys.js";
import type { Keys } from "./keys.js";

/**
 * Text that went out and came back, and that only this application can have written: nothing of it is stored. Each purpose has
 * seals of its own, so that none passes for another. Whoever has the text can read it; secrets do not belong there.
 */
export class Seals {
  readonly #current: string;
  readonly #keys: ReadonlyMap<string, ReturnType<typeof hmac>>;

  constructor({ current, keys }: Keys) {
    this.#current = current;
    this.#keys = new Map(Object.entries(keys).map(([id, key]) => [id, hmac(key)]));
  }

  /** With the current key, unless another one is named: then what is sealed again is the same text. */
  async seal(purpose: string, parts: readonly string[], key = this.#current): Promise<string> {
    const sign = this.#keys.get(key);
    const text = [key, ...parts].map(encoded).join(".");
    return `${text}.${(await sign?.(`${purpose}:${text}`)) ?? ""}`;
  }

  /** The parts that were sealed for this purpose, or nothing: also when the key has been rotated out. */
  async open(purpose: string, sealed: unknown): Promise<readonly string[] | undefined> {
    if (typeof sealed !== "string" || sealed.length > LONGEST) return undefined;
    const end = sealed.lastIndexOf(".");
    const text = sealed.slice(0, Math.max(end, 0));
    const [id, ...parts] = text.split(".");
    const sign = this.#keys.get(decoded(id ?? "") ?? "");
    if (sign === undefined || !sameText(await sign(`${purpose}:${text}`), sealed.slice(end + 1))) return undefined;
    return parts.map((part) => decoded(part) ?? "");
  }
}

const LONGEST = 4096;

/** Without dots, which part the parts: nobody's name becomes two of them. */
const encoded = (part: string): string => encodeURIComponent(part).replaceAll(".", "%2E");

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Whether two texts are the same, in a time that depends on the first one's length alone. */
export function sameText(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  return difference === 0;
}
