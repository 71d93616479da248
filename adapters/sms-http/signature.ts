/** The headers that say what was sent when, and by whom. */
export const KEY_HEADER = "idempotency-key";
export const TIMESTAMP_HEADER = "x-denizen-timestamp";
export const SIGNATURE_HEADER = "x-denizen-signature";

/** What the signature is of, `<timestamp>.<idempotency key>.<body>`: neither an old request nor an old body passes for a new one. */
export interface Signed {
  /** Whole seconds since the Unix epoch. */
  readonly timestamp: string;
  readonly idempotencyKey: string;
  readonly body: string | Uint8Array;
}

export type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

export const importKey = (bytes: Uint8Array<ArrayBuffer>): Promise<HmacKey> =>
  crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

/** `v1=<hex>`, one for every key, with commas between them (RFC 2104 HMAC-SHA-256). */
export async function signatureOf(keys: readonly HmacKey[], signed: Signed): Promise<string> {
  const bytes = bytesOf(signed);
  const all = await Promise.all(keys.map((key) => crypto.subtle.sign("HMAC", key, bytes)));
  return all.map((signature) => `v1=${hexOf(new Uint8Array(signature))}`).join(",");
}

const ONE = /^v1=([0-9a-f]{64})$/;

/** More than any sender of ours makes, and few enough to try them all. */
const MOST_SIGNATURES = 20;

/** The signatures of a header that are of a version known here; those of another are a newer sender's. */
export const signaturesIn = (header: string): readonly Uint8Array<ArrayBuffer>[] =>
  header
    .split(",", MOST_SIGNATURES)
    .map((part) => ONE.exec(part.trim())?.[1])
    .filter((part) => part !== undefined)
    .map((part) => Uint8Array.from({ length: 32 }, (_, index) => Number.parseInt(part.slice(2 * index, 2 * index + 2), 16)));

/** Whether it is one of this key's. WebCrypto compares in constant time. */
export const isSignedBy = (key: HmacKey, signature: Uint8Array<ArrayBuffer>, signed: Signed): Promise<boolean> =>
  crypto.subtle.verify("HMAC", key, signature, bytesOf(signed));

function bytesOf({ timestamp, idempotencyKey, body }: Signed): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const [head, tail] = [encoder.encode(`${timestamp}.${idempotencyKey}.`), typeof body === "string" ? encoder.encode(body) : body];
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
