import type { Result } from "../kernel/result.js";
import type { PhoneInvalid, PhoneNumber } from "../users/values/phone-number.js";

/** Reads phone numbers. The core's `PhoneNumber` is one; `denizen/phone` knows numbering plans and regions. */
export type PhoneParser = { parse(input: unknown): Result<PhoneNumber, PhoneInvalid> };
