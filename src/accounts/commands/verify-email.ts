import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { CommandContext } from "../context.js";
import { verifyAddress } from "../proofs/verify-address.js";
import type { VerifyAddressError } from "../proofs/verify-address.js";
import type { FirstProofInput } from "../proofs/first-proof.js";
import type { CodeInput, LinkInput } from "../proofs/shown.js";

/** The link's token, or the e-mail with the code that was sent there. */
export type VerifyEmailInput = (LinkInput | CodeInput<{ readonly email: string }>) & FirstProofInput;
export type VerifyEmailError<T extends Types> = VerifyAddressError<T>;

/** The e-mail is proved. Activates an account that waits for that; evicts another user's mere claim to it. */
export const verifyEmail = <T extends Types>(context: CommandContext, input: unknown): Promise<Result<void, VerifyEmailError<T>>> =>
  verifyAddress<T>(context, "verify-email", input);
