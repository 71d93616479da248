import { hmac } from "../../kernel/keys.js";
import type { Keys } from "../../kernel/keys.js";
import type { Seals } from "../../kernel/seal.js";
import type { Challenge, ChallengePurpose } from "./events.js";
import { isPurpose } from "./forms.js";

/** What a link says, once it is known to be ours. */
export interface OpenedLink {
  readonly userId: string;
  readonly purpose: ChallengePurpose;
  readonly challenge: string;
}

const DIGITS = 8;
const PURPOSE = "challenge";

/**
 * What is sent and never kept: codes and links, derived from the application's keys (HMAC-SHA-256), so that whoever sends them,
 * now or on a retry, in whichever process, makes the same ones. A link has 256 bits, a code 8 digits (26 bits).
 */
export class ChallengeSecrets {
  /** Id of the key that new ones are derived from. */
  readonly key: string;
  readonly #keys: ReadonlyMap<string, ReturnType<typeof hmac>>;
  readonly #seals: Seals;

  constructor(keys: Keys, seals: Seals) {
    this.key = keys.current;
    this.#keys = new Map(Object.entries(keys.keys).map(([id, key]) => [id, hmac(key)]));
    this.#seals = seals;
  }

  /** Undefined when the key has been rotated out. */
  async code(tenant: string, userId: string, { key, id, purpose, address, binding }: Challenge): Promise<string | undefined> {
    const sign = this.#keys.get(key);
    if (sign === undefined) return undefined;
    const mac = await sign(`code:${JSON.stringify([tenant, userId, id, purpose, address ?? null, binding])}`);
    // 64 bits over 10^8: no digit is likelier than another by more than one in 10^11.
    return (BigInt(`0x${mac.slice(0, 16)}`) % 10n ** BigInt(DIGITS)).toString().padStart(DIGITS, "0");
  }

  /** What a link carries as its token; undefined when the key has been rotated out. */
  async link(tenant: string, userId: string, { key, id, purpose }: Challenge): Promise<string | undefined> {
    return this.#keys.has(key) ? this.#seals.seal(PURPOSE, [tenant, userId, purpose, id], key) : undefined;
  }

  /** Nothing for what is no link of ours, or another tenant's. */
  async open(tenant: string, token: unknown): Promise<OpenedLink | undefined> {
    const [ofTenant, userId, purpose, challenge] = (await this.#seals.open(PURPOSE, token)) ?? [];
    if (ofTenant !== tenant || userId === undefined || challenge === undefined || !isPurpose(purpose)) return undefined;
    return { userId, purpose, challenge };
  }
}

/** The eight digits that somebody typed, however he has grouped them. */
export function typedCode(input: unknown): string | undefined {
  if (typeof input !== "string" || input.length > 32) return undefined;
  const digits = input.replace(/[\s-]/g, "");
  return /^\d{8}$/.test(digits) ? digits : undefined;
}
