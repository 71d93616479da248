import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { CommandContext } from "../context.js";
import type { LogInCriteria } from "../log-in-input.js";
import { askWhoever } from "../proofs/ask-whoever.js";
import type { AskWhoeverError } from "../proofs/ask-whoever.js";

export type RequestPasswordResetInput = LogInCriteria;
export type RequestPasswordResetError<T extends Types> = AskWhoeverError<T>;

/**
 * Sends a link and a code to the address by which a user is named, or a code by phone; to his primary one where it is his username. The
 * answer is the same for strangers.
 */
export const requestPasswordReset = <T extends Types>(
  context: CommandContext,
  input: unknown,
): Promise<Result<void, RequestPasswordResetError<T>>> => askWhoever<T>(context, "reset-password", input);
