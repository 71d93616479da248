import { hmac, sha256 } from "../kernel/keys.js";
import { hex } from "../kernel/random.js";
import type { Random } from "../kernel/random.js";
import type { Secrets } from "./issue.js";

/**
 * An opaque token: a prefix for its use, the part that all tokens of one session share, and a secret of its own. The store
 * keeps hashes of both parts. An old token of a session is known by the shared part, so that its use is noticed for ever.
 */
export interface TokenParts {
  /** 128 bits, hexadecimal. */
  readonly family: string;
  /** 256 bits, hexadecimal. */
  readonly secret: string;
}

export type TokenUse = "refresh" | "access";

const PREFIX = { refresh: "dr_", access: "da_" } as const;
const FORM = /^d[ra]_[0-9a-f]{32}\.[0-9a-f]{64}$/;

/** Those of a new session, and the name of its device, in one draw: each costs as much as all of them together. */
export function newSecrets(random: Random): Secrets & { readonly device: string } {
  const drawn = hex(random.bytes(16 + 32 + 32 + 16));
  return { family: drawn.slice(0, 32), refresh: drawn.slice(32, 96), access: drawn.slice(96, 160), device: drawn.slice(160) };
}

export const newNonce = (random: Random): string => hex(random.bytes(32));

export const tokenOf = (use: TokenUse, { family, secret }: TokenParts): string => `${PREFIX[use]}${family}.${secret}`;

/** The parts of a token of this use; of anything else nothing, so that one kind never passes for the other. */
export function partsOf(use: TokenUse, token: unknown): TokenParts | undefined {
  if (typeof token !== "string" || !token.startsWith(PREFIX[use]) || !FORM.test(token)) return undefined;
  const [from, dot] = [PREFIX[use].length, token.indexOf(".")];
  return { family: token.slice(from, dot), secret: token.slice(dot + 1) };
}

/** What the store keeps. The parts are random enough to need neither salt nor work. */
export const hashOf = (part: string): string | Promise<string> => sha256(part);

/**
 * The secrets that follow a refresh token's, from a nonce that the store keeps for a moment: whoever presents the same token
 * again within the grace is given the same ones, and nobody can make them from the nonce alone.
 */
export async function nextSecrets(secret: string, nonce: string): Promise<{ readonly refresh: string; readonly access: string }> {
  const sign = hmac(new TextEncoder().encode(nonce));
  return { refresh: await sign(`refresh:${secret}`), access: await sign(`access:${secret}`) };
}
