import { domainError } from "denizen";
import type { AccessTokenInvalid, AccessTokensFailed } from "denizen/ports";

/** One value for every cause: neither the code nor the message tells an attacker which check he failed. */
export const INVALID: AccessTokenInvalid = domainError("access-token-invalid", "The access token is not valid");

/** The message names key ids, never a key or a token: whoever logs the error logs it. */
export const accessTokensFailed = (reason: string): AccessTokensFailed => domainError("access-tokens-failed", reason);
