import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { LoggedIn } from "../conclude.js";
import type { CommandContext } from "../context.js";
import type { DeviceInput } from "../log-in-input.js";
import { logInByChallenge } from "../proofs/log-in-by-challenge.js";
import type { ChallengeLogInError } from "../proofs/log-in-by-challenge.js";
import type { CodeInput } from "../proofs/shown.js";

/** The code that `requestLogIn` has sent, and by what it was asked for. */
export type LogInWithCodeInput = CodeInput & DeviceInput;
export type LogInWithCodeError<T extends Types> = ChallengeLogInError<T>;

/** Starts a session, or asks for the second factor, by a code: one factor, as a password is. */
export const logInWithCode = <T extends Types>(context: CommandContext, input: unknown): Promise<Result<LoggedIn, LogInWithCodeError<T>>> =>
  logInByChallenge<T>(context, input);
