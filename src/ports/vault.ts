import type { Secret } from "../kernel/secret.js";
import type { ResultAsync } from "../kernel/result.js";
import type { StoreError } from "./store.js";

/** Secret material of one credential: a PHC string, a TOTP seed, a public key with its counter. Never in an aggregate or event. */
export interface Material {
  readonly credentialId: string;
  /** Raised by each replacement: what a compare-and-set compares. */
  readonly version: number;
  readonly secret: Secret;
}

export type VaultChange = { readonly put: string; readonly owner: string; readonly secret: Secret } | { readonly drop: string };

/** The credential vault, keyed by credential id. Change sets write it together with the event that says so. */
export interface Vault {
  read(tenant: string, credentialId: string): ResultAsync<Material | undefined, StoreError>;
  /** Compare-and-set, without an event: a rehash, a counter. False when somebody else was first or the credential is gone. */
  replace(tenant: string, expected: Material, secret: Secret): ResultAsync<boolean, StoreError>;
}
