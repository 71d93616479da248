import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { LoggedIn } from "../conclude.js";
import type { CommandContext } from "../context.js";
import type { DeviceInput } from "../log-in-input.js";
import { logInByChallenge } from "../proofs/log-in-by-challenge.js";
import type { ChallengeLogInError } from "../proofs/log-in-by-challenge.js";
import type { LinkInput } from "../proofs/shown.js";

/** The token of the link that `requestLogIn` has sent. */
export type LogInWithLinkInput = LinkInput & DeviceInput;
export type LogInWithLinkError<T extends Types> = ChallengeLogInError<T>;

/**
 * Starts a session, or asks for the second factor, by a link: one factor, as a password is. Call it when the person presses a button,
 * not when the page is loaded: mail scanners follow links.
 */
export const logInWithLink = <T extends Types>(context: CommandContext, input: unknown): Promise<Result<LoggedIn, LogInWithLinkError<T>>> =>
  logInByChallenge<T>(context, input);
