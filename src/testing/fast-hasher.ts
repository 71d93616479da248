import { okAsync } from "denizen";
import type { Secret } from "denizen";
import type { PasswordHasher } from "denizen/ports";

/** A hasher for tests: quick, and honest otherwise. */
export interface FastHasher extends PasswordHasher {
  /** How often each was called: equal numbers are equal work. */
  readonly calls: { readonly hash: number; readonly verify: number };
  /** From now on, every hash made so far is `outdated`. */
  outdate(): void;
}

const SHAPE = /^\$fast\$g=(\d+)\$([0-9a-f]+)\$([0-9a-f]{32})$/;

/** Salted, compares what it hashed and nothing else, and takes a microsecond: no protection at all, so never outside of tests. */
export function fastHasher(): FastHasher {
  let generation = 1;
  let salts = 0;
  const calls = { hash: 0, verify: 0 };
  return {
    calls,
    outdate: () => {
      generation++;
    },
    recognises: (stored) => SHAPE.test(stored),
    hash: (password) => {
      calls.hash++;
      const salt = (++salts).toString(16);
      return okAsync(`$fast$g=${generation}$${salt}$${digest(salt, password)}`);
    },
    verify: (password, stored) => {
      calls.verify++;
      const [, made = "", salt = "", hash] = SHAPE.exec(stored) ?? [];
      return okAsync({ matches: hash === digest(salt, password), outdated: Number(made) < generation });
    },
  };
}

/** Four rounds of FNV-1a with different offsets: enough to tell texts apart, and nothing of them is left to read. */
function digest(salt: string, password: Secret): string {
  const text = `${salt}:${password.reveal()}`;
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map((offset) => fnv(text, offset).toString(16).padStart(8, "0")).join("");
}

function fnv(text: string, offset: number): number {
  let hash = offset;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
}
