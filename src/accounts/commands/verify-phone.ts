import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { CommandContext } from "../context.js";
import type { FirstProofInput } from "../proofs/first-proof.js";
import type { CodeInput } from "../proofs/shown.js";
import { verifyAddress } from "../proofs/verify-address.js";
import type { VerifyAddressError } from "../proofs/verify-address.js";

/** The phone, and the code that was sent there. */
export type VerifyPhoneInput = CodeInput<{ readonly phone: string }> & FirstProofInput;
export type VerifyPhoneError<T extends Types> = VerifyAddressError<T>;

/** The phone is proved. Activates an account that waits for that; evicts another user's mere claim to it. */
export const verifyPhone = <T extends Types>(context: CommandContext, input: unknown): Promise<Result<void, VerifyPhoneError<T>>> =>
  verifyAddress<T>(context, "verify-phone", input);
