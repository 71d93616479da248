import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { CommandContext } from "../context.js";
import type { LogInCriteria } from "../log-in-input.js";
import { askWhoever } from "../proofs/ask-whoever.js";
import type { AskWhoeverError } from "../proofs/ask-whoever.js";

export type RequestLogInInput = LogInCriteria;
export type RequestLogInError<T extends Types> = AskWhoeverError<T>;

/** Sends what `logInWithLink` and `logInWithCode` take, as `requestPasswordReset` does. The answer is the same for strangers. */
export const requestLogIn = <T extends Types>(context: CommandContext, input: unknown): Promise<Result<void, RequestLogInError<T>>> =>
  askWhoever<T>(context, "log-in", input);
