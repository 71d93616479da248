import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { CommandContext } from "../context.js";
import type { CodeInput } from "../proofs/shown.js";
import { releaseAddress } from "../proofs/verify-address.js";
import type { ReleaseAddressError } from "../proofs/verify-address.js";

/** What `verifyPhone` takes, from somebody who has not signed up here. */
export type ReleasePhoneInput = CodeInput<{ readonly phone: string }>;
export type ReleasePhoneError<T extends Types> = ReleaseAddressError<T>;

/** "This is not me": whoever has the phone takes it from a user who has merely claimed it, and may sign up with it himself. */
export const releasePhone = <T extends Types>(context: CommandContext, input: unknown): Promise<Result<void, ReleasePhoneError<T>>> =>
  releaseAddress<T>(context, "verify-phone", input);
