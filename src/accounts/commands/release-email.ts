import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { CommandContext } from "../context.js";
import type { CodeInput, LinkInput } from "../proofs/shown.js";
import { releaseAddress } from "../proofs/verify-address.js";
import type { ReleaseAddressError } from "../proofs/verify-address.js";

/** What `verifyEmail` takes, from somebody who has not signed up here. */
export type ReleaseEmailInput = LinkInput | CodeInput<{ readonly email: string }>;
export type ReleaseEmailError<T extends Types> = ReleaseAddressError<T>;

/** "This is not me": whoever has the mailbox takes it from a user who has merely claimed it, and may sign up with it himself. */
export const releaseEmail = <T extends Types>(context: CommandContext, input: unknown): Promise<Result<void, ReleaseEmailError<T>>> =>
  releaseAddress<T>(context, "verify-email", input);
