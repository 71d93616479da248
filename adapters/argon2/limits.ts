/**
 * What a hash may cost, in KiB, passes and lanes (RFC 9106 section 3.1). The floor is OWASP's minimum and NIST SP 800-63B's "memory-hard":
 * 19 MiB, t=2, p=1. The ceiling holds for the configuration and for stored hashes alike: a hostile or corrupt row that asks
 * for 4 GiB is refused before any memory is taken, and whatever `hash` writes, `verify` reads.
 */
export const MEMORY_KIB = { min: 19_456, max: 1_048_576 };
export const PASSES = { min: 2, max: 1_024 };
export const LANES = { min: 1, max: 16 };

/** KiB × passes: what the time is proportional to. 4 GiB are libsodium's SENSITIVE, some seconds. */
export const WORK_KIB = 4 * 1_048_576;
