import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { CommandContext } from "../context.js";
import { askToVerify } from "../proofs/ask-to-verify.js";
import type { AskToVerifyError } from "../proofs/ask-to-verify.js";

/** Whose phone it is: anybody's, or one's own where somebody is signed in, the primary one when left out. */
export interface RequestPhoneVerificationInput {
  readonly phone?: string;
}

export type RequestPhoneVerificationError<T extends Types> = AskToVerifyError<T>;

/** Sends a code to a phone that is not proved yet. The answer is the same for whatever is nobody's or was proved already. */
export const requestPhoneVerification = <T extends Types>(
  context: CommandContext,
  input: unknown,
): Promise<Result<void, RequestPhoneVerificationError<T>>> => askToVerify<T>(context, "verify-phone", "phone", input);
