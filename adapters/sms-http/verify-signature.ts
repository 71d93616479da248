import { bytesOfSecrets } from "./secrets.js";
import type { SigningSecrets } from "./secrets.js";
import { importKey, isSignedBy, KEY_HEADER, SIGNATURE_HEADER, signaturesIn, TIMESTAMP_HEADER } from "./signature.js";

/** `Headers` of the Web, or an object as that of Node. Names in upper or lower case. */
export type SignedHeaders = WebHeaders | Readonly<Record<string, string | readonly string[] | undefined>>;

interface WebHeaders {
  get(name: string): string | null;
}

/** A request as it arrived. */
export type SignedRequest = SigningSecrets & {
  readonly headers: SignedHeaders;
  /** As it came, byte for byte: JSON that was parsed and written again is another body. */
  readonly body: string | Uint8Array;
  /** Milliseconds since the epoch: `Date.now()`. */
  readonly now: number;
  /** How far the sender's time may be from that, in milliseconds: 5 minutes by default. */
  readonly tolerance?: number;
};

/**
 * For the gateway: whether the request is from somebody who knows a secret, is unchanged, and was sent just now. Within the tolerance
 * a request can be sent again by whoever has seen it: the idempotency key, which is signed as well, says that it is the same.
 *
 * Never throws and never rejects: what cannot be checked, for the secrets' sake as well, is not accepted.
 */
export async function verifySignature(request: SignedRequest): Promise<boolean> {
  try {
    const { headers, body, now, tolerance = 5 * 60_000 } = request;
    const timestamp = headerOf(headers, TIMESTAMP_HEADER) ?? "";
    const idempotencyKey = headerOf(headers, KEY_HEADER) ?? "";
    // Written so that a time which is no number is too far off.
    const isNow = /^\d{1,12}$/.test(timestamp) && Math.abs(now - Number(timestamp) * 1000) <= tolerance;
    const secrets = bytesOfSecrets(request);
    if (!isNow || idempotencyKey === "" || secrets === undefined) return false;
    const signatures = signaturesIn(headerOf(headers, SIGNATURE_HEADER) ?? "");
    const keys = await Promise.all(secrets.map(importKey));
    const pairs = keys.flatMap((key) => signatures.map((signature) => isSignedBy(key, signature, { timestamp, idempotencyKey, body })));
    return (await Promise.all(pairs)).includes(true);
  } catch {
    return false;
  }
}

function headerOf(headers: SignedHeaders, name: string): string | undefined {
  if (isWeb(headers)) return headers.get(name) ?? undefined;
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === "string" ? value : undefined;
}

const isWeb = (headers: SignedHeaders): headers is WebHeaders => typeof headers.get === "function";
