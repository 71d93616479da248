import { hash, verify } from "@node-rs/argon2";
import { err, ok } from "denizen";
import type { Result, Secret } from "denizen";
import { configured } from "denizen/ports";
import type { HasherFailed, PasswordHasher } from "denizen/ports";
import { hasherFailed } from "./failure.js";
import { Gate } from "./gate.js";
import { legacyComparison } from "./legacy.js";
import type { Comparison } from "./legacy.js";
import { settingsOf } from "./options.js";
import type { Argon2Options, Settings } from "./options.js";
import { pepperKeys } from "./pepper.js";
import { parsePhc, withKeyId } from "./phc.js";
import type { Phc } from "./phc.js";

/**
 * The password hasher: argon2id (RFC 9106) at OWASP's minimum or above, run by `@node-rs/argon2` outside the event loop.
 *
 * `hash` writes a PHC string, with `keyid=` when there is a pepper; `verify` also reads argon2i, argon2d and the `legacy` kinds,
 * and calls everything outdated that `hash` would write differently today: variant, version, any parameter, pepper key.
 * Both answer `hasher-busy` when the queue's limit is reached, and `hasher-failed` when a stored hash cannot be read, names an
 * unknown pepper key or would cost more than the limits allow. `verify` does the same work whether the password matches or not;
 * what a legacy hash costs is its own, so until they are replaced their users can be told apart by time.
 *
 * Throws `ConfigurationError` when an option is weaker than the minimum or makes no sense.
 */
export function argon2(options: Argon2Options = {}): PasswordHasher {
  const settings = configured("argon2", () => settingsOf(options));
  const { memoryCost, timeCost, parallelism, legacy } = settings;
  const pepper = configured("argon2", () => pepperKeys(settings.pepper));
  const gate = new Gate(settings);

  const secretOf = (keyId: string | undefined): { secret?: Uint8Array } => {
    const secret = keyId === undefined ? undefined : pepper.secrets.get(keyId);
    return secret === undefined ? {} : { secret };
  };

  const argon2Comparison = (stored: string): Result<Comparison, HasherFailed> => {
    const phc = parsePhc(stored);
    if (phc === undefined) return err(hasherFailed("The stored argon2 hash is malformed or costs more than the limits allow"));
    const { keyId, bare } = phc;
    if (keyId !== undefined && !pepper.secrets.has(keyId)) {
      return err(hasherFailed(`The stored hash names a pepper key that was not given: ${keyId} (base64)`));
    }
    return ok({
      outdated: keyId !== pepper.current || differs(phc, settings),
      compare: (password) => verify(bare, password.reveal(), secretOf(keyId)),
      failed: nativeFailed,
    });
  };

  const comparisonOf = (stored: string): Result<Comparison, HasherFailed> => {
    if (typeof stored !== "string") return err(hasherFailed("The stored hash is not a string"));
    return stored.startsWith("$argon2") ? argon2Comparison(stored) : legacyComparison(legacy, stored);
  };

  return Object.freeze({
    hash: (password: Secret) =>
      gate
        .run(() => hash(password.reveal(), { memoryCost, timeCost, parallelism, ...secretOf(pepper.current) }), nativeFailed)
        .map((phc) => (pepper.current === undefined ? phc : withKeyId(phc, pepper.current))),
    verify: (password: Secret, stored: string) =>
      comparisonOf(stored).asyncAndThen(({ compare, outdated, failed }) =>
        gate.run(() => compare(password), failed).map((matches) => ({ matches, outdated })),
      ),
    recognises: (stored: string) => comparisonOf(stored).isOk(),
  });
}

// The default digest of the native library, 32 bytes, in base64.
const DIGEST_LENGTH = 43;

const differs = (phc: Phc, { memoryCost, timeCost, parallelism }: Settings): boolean =>
  phc.variant !== "argon2id" ||
  phc.version !== 19 ||
  phc.memoryCost !== memoryCost ||
  phc.timeCost !== timeCost ||
  phc.parallelism !== parallelism ||
  phc.digestLength !== DIGEST_LENGTH;

// The native library's messages are fixed phrases ("Decoding failed"), so they give no secret away.
const nativeFailed = (cause: unknown): HasherFailed => hasherFailed(`argon2 failed: ${cause instanceof Error ? cause.message : "unknown"}`);
