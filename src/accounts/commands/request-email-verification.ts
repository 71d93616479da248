import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { CommandContext } from "../context.js";
import { askToVerify } from "../proofs/ask-to-verify.js";
import type { AskToVerifyError } from "../proofs/ask-to-verify.js";

/** Whose e-mail it is: anybody's, or one's own where somebody is signed in, the primary one when left out. */
export interface RequestEmailVerificationInput {
  readonly email?: string;
}

export type RequestEmailVerificationError<T extends Types> = AskToVerifyError<T>;

/**
 * Sends a link and a code to an e-mail that is not proved yet. The answer is the same for whatever is nobody's or was proved already.
 */
export const requestEmailVerification = <T extends Types>(
  context: CommandContext,
  input: unknown,
): Promise<Result<void, RequestEmailVerificationError<T>>> => askToVerify<T>(context, "verify-email", "email", input);
