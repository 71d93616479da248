import { availableParallelism } from "node:os";
import { ConfigurationError } from "denizen";
import type { LegacyHash } from "denizen/ports";
import type { GateLimits } from "./gate.js";
import { LANES, MEMORY_KIB, PASSES, WORK_KIB } from "./limits.js";
import { problemsOfPepper } from "./pepper.js";
import type { Pepper } from "./pepper.js";

/** How argon2id hashes. Every field may be left out; weaker than the defaults of the first three is refused at start. */
export interface Argon2Options {
  /** KiB, 19456 (19 MiB) at least and by default. */
  readonly memoryCost?: number;
  /** Passes over the memory, 2 at least and by default. */
  readonly timeCost?: number;
  /** Lanes, 1 by default. */
  readonly parallelism?: number;
  /** Keys that every hash needs and the database does not hold. */
  readonly pepper?: Pepper;
  /**
   * Hashes that run at once; by default as many as the machine has cores, and three at most: Node's own pool has four threads, and
   * signed tokens and files wait behind whoever holds the last. With a larger UV_THREADPOOL_SIZE, say more.
   */
  readonly concurrency?: number;
  /** Hashes that may wait, 1000 by default; one more is answered `hasher-busy`. */
  readonly queueLimit?: number;
  /** How long a hash may wait, in milliseconds, 2000 by default; then the answer is `hasher-busy`. */
  readonly queueTimeout?: number;
  /** Ways of hashing that another system used, asked in this order when a stored hash is not argon2's. */
  readonly legacy?: readonly LegacyHash[];
}

export interface Settings extends GateLimits {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
  readonly pepper: Pepper | undefined;
  readonly legacy: readonly LegacyHash[];
}

const KNOWN = new Set(["memoryCost", "timeCost", "parallelism", "pepper", "concurrency", "queueLimit", "queueTimeout", "legacy"]);

/** Fills in the defaults. Throws one `ConfigurationError` that names every problem. */
export function settingsOf(options: Argon2Options): Settings {
  if (typeof options !== "object" || options === null) throw new ConfigurationError(["argon2: the options must be an object"]);
  const { memoryCost = MEMORY_KIB.min, timeCost = PASSES.min, parallelism = LANES.min, pepper, legacy = [] } = options;
  const { concurrency = Math.min(availableParallelism(), 3), queueLimit = 1_000, queueTimeout = 2_000 } = options;
  const problems = [
    ...Object.keys(options)
      .filter((name) => !KNOWN.has(name))
      .map((name) => `argon2: there is no option ${JSON.stringify(name)}`),
    ...outside("memoryCost", memoryCost, MEMORY_KIB, "KiB"),
    ...outside("timeCost", timeCost, PASSES, "passes"),
    ...outside("parallelism", parallelism, LANES, "lanes"),
    ...(isTooMuchWork(memoryCost, timeCost) ? [`argon2: memoryCost × timeCost must not exceed ${WORK_KIB} KiB`] : []),
    ...outside("concurrency", concurrency, { min: 1, max: 1_024 }, "hashes"),
    ...outside("queueLimit", queueLimit, { min: 0, max: 100_000 }, "hashes"),
    ...outside("queueTimeout", queueTimeout, { min: 0, max: 60_000 }, "ms"),
    ...(pepper === undefined ? [] : problemsOfPepper(pepper)),
    ...problemsOfLegacy(legacy),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { memoryCost, timeCost, parallelism, pepper, concurrency, queueLimit, queueTimeout, legacy: [...legacy] };
}

const outside = (name: string, value: unknown, { min, max }: { min: number; max: number }, unit: string): readonly string[] =>
  isWhole(value) && value >= min && value <= max
    ? []
    : [
        `argon2: ${name} must be a whole number from ${min} to ${max} ${unit}, but is ${typeof value === "number" ? value : `a ${typeof value}`}`,
      ];

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

// Arithmetic on a bigint or a symbol would throw; `outside` has named those already.
const isTooMuchWork = (memoryCost: unknown, timeCost: unknown): boolean =>
  isWhole(memoryCost) && isWhole(timeCost) && memoryCost * timeCost > WORK_KIB;

function problemsOfLegacy(legacy: readonly LegacyHash[]): readonly string[] {
  if (!Array.isArray(legacy)) return ["argon2: legacy must be an array of LegacyHash"];
  return legacy.flatMap((hash: Partial<LegacyHash> | null | undefined, index) =>
    typeof hash?.name === "string" && typeof hash.recognises === "function" && typeof hash.verify === "function"
      ? []
      : [`argon2: legacy[${index}] must be a LegacyHash { name, recognises, verify }`],
  );
}
