import { Secret } from "denizen";

/** At least 32 bytes from a CSPRNG, shared with the gateway; a text counts as its UTF-8 bytes. */
export type SigningSecret = string | Uint8Array | Secret;

/**
 * One secret, or several while they are exchanged: a request is signed with each, and accepted when one of its signatures is of one of
 * the receiver's secrets. So either side may begin.
 */
export type SigningSecrets =
  | { readonly secret: SigningSecret; readonly secrets?: undefined }
  | { readonly secrets: readonly SigningSecret[]; readonly secret?: undefined };

/** More are no exchange any more, and each costs every request a hash. */
export const MOST_SECRETS = 10;

/** The bytes of each, copied: whoever wipes or reuses a buffer changes no later signature. Undefined when one of them cannot be used. */
export function bytesOfSecrets({ secret, secrets }: SigningSecrets): readonly Uint8Array<ArrayBuffer>[] | undefined {
  if ((secret === undefined) === (secrets === undefined)) return undefined;
  const given: unknown = secrets ?? [secret];
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_SECRETS) return undefined;
  const all = given.map(bytesOf);
  return all.every((bytes) => bytes !== undefined && bytes.length >= 32) ? all.filter((bytes) => bytes !== undefined) : undefined;
}

function bytesOf(secret: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (secret instanceof Uint8Array) return new Uint8Array(secret);
  const text = secret instanceof Secret ? secret.reveal() : secret;
  return typeof text === "string" ? new TextEncoder().encode(text) : undefined;
}
