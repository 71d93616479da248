import { err, ok } from "denizen";
import type { Result } from "denizen";
import type { AccessTokensFailed } from "denizen/ports";
import { CompactSign, compactVerify, exportJWK, importJWK, importPKCS8, importSPKI } from "jose";
import type { CryptoKey, JWK } from "jose";
import { SECRETS, isSecretAlgorithm, misfit } from "./algorithms.js";
import type { Algorithm, KeyPairAlgorithm, SecretAlgorithm } from "./algorithms.js";
import { accessTokensFailed } from "./failure.js";
import { secretBytes } from "./keys.js";
import type { AccessTokenKey, AccessTokenKeys } from "./keys.js";
import { isCryptoKey, publicJwk } from "./material.js";
import type { Half, KeyMaterial, PublicJwk } from "./material.js";

/** A key that has been read, and the only algorithm it is ever used with. */
export interface ReadyKey {
  readonly id: string;
  readonly algorithm: Algorithm;
  /** Undefined for a key that only checks. */
  readonly signing: CryptoKey | undefined;
  readonly verifying: CryptoKey;
  /** Undefined for a shared secret. */
  readonly jwk: PublicJwk | undefined;
}

export interface KeyRing {
  readonly current: string;
  readonly keys: ReadonlyMap<string, ReadyKey>;
}

/**
 * Reads all keys, once; every import begins before this returns, so a caller who wipes his buffer afterwards changes nothing.
 * Error: `access-tokens-failed`, naming each key that cannot be used. One such key fails the ring: it was meant to work.
 */
export async function openKeyRing({ current, keys }: AccessTokenKeys): Promise<Result<KeyRing, AccessTokensFailed>> {
  const read = await Promise.all(Object.entries(keys).map(([id, key]) => readKey(id, key)));
  const unusable = read.filter((key) => typeof key === "string");
  if (unusable.length > 0) return err(accessTokensFailed(unusable.join("; ")));
  return ok({ current, keys: new Map(read.filter((key) => typeof key !== "string").map((key) => [key.id, key])) });
}

/** The key, or a sentence on why it cannot be used. What a runtime says about a key it cannot read is not repeated. */
async function readKey(id: string, key: AccessTokenKey): Promise<ReadyKey | string> {
  const called = `The key ${JSON.stringify(id)}`;
  try {
    const ready = "secret" in key ? await readSecret(id, key.algorithm, key.secret) : await readPair(id, key);
    const reason = isSecretAlgorithm(ready.algorithm) ? undefined : misfit(ready.verifying, ready.algorithm);
    if (reason !== undefined) return `${called} does not serve ${ready.algorithm}: ${reason}`;
    return (await isWhole(ready)) ? ready : `The private and the public half of the key ${JSON.stringify(id)} do not belong together`;
  } catch {
    return `${called} cannot be read as one for ${key.algorithm}`;
  }
}

async function readSecret(id: string, algorithm: SecretAlgorithm, secret: string | Uint8Array): Promise<ReadyKey> {
  const hmac = { name: "HMAC", hash: SECRETS[algorithm].hash };
  // jose takes bytes as well, and would import them again for every token.
  const key = await crypto.subtle.importKey("raw", secretBytes(secret), hmac, false, ["sign", "verify"]);
  return { id, algorithm, signing: key, verifying: key, jwk: undefined };
}

async function readPair(id: string, key: Exclude<AccessTokenKey, { secret: unknown }>): Promise<ReadyKey> {
  const { algorithm, privateKey, publicKey } = key;
  const [signing, shown] = await Promise.all([
    privateKey === undefined ? undefined : importHalf("private", privateKey, algorithm),
    publicKey === undefined ? undefined : importHalf("public", publicKey, algorithm),
  ]);
  const source = shown ?? signing;
  if (source === undefined) throw new TypeError("A key pair has at least one half");
  const jwk = publicJwk(id, algorithm, await exportJWK(source));
  return { id, algorithm, signing, verifying: await importPublic(jwk), jwk };
}

async function importHalf(half: Half, material: KeyMaterial, algorithm: KeyPairAlgorithm): Promise<CryptoKey> {
  // By its `toString` tag it is one; the shape that the host is asked for leaves out what only WebCrypto uses.
  if (isCryptoKey(material)) return material as CryptoKey;
  // Extractable, because the public half is computed from the private one.
  if (typeof material !== "string") return asCryptoKey(await importJWK(material as JWK, algorithm, { extractable: true }));
  const read = half === "private" ? importPKCS8 : importSPKI;
  return read(material.trim(), algorithm, { extractable: true });
}

const importPublic = async (jwk: PublicJwk): Promise<CryptoKey> => asCryptoKey(await importJWK({ ...jwk }, jwk.alg));

function asCryptoKey(key: CryptoKey | Uint8Array): CryptoKey {
  if (key instanceof Uint8Array) throw new TypeError("A JWK of the kty oct is no half of a pair");
  return key;
}

/** Whether what the private half signs, the public one accepts: otherwise no token issued would ever be valid. */
async function isWhole({ algorithm, signing, verifying }: ReadyKey): Promise<boolean> {
  if (signing === undefined) return true;
  const probe = await new CompactSign(new Uint8Array(1)).setProtectedHeader({ alg: algorithm }).sign(signing);
  return compactVerify(probe, verifying).then(
    () => true,
    () => false,
  );
}
