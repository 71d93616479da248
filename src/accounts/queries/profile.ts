import { domainError } from "../../kernel/error.js";
import type { Result } from "../../kernel/result.js";
import type { ProfileRow } from "../../ports/queries.js";
import type { UserNotFound } from "../../users/errors.js";
import type { CommandContext } from "../context.js";
import { readOne } from "./access.js";
import type { ReadOneError } from "./access.js";

/** Whose; the actor's own when left out. */
export interface ProfileInput {
  readonly id?: string;
}

export type ProfileError = ReadOneError | UserNotFound;

/** What a user has said of himself: the actor, or anybody for administrators. */
export const profile = (context: CommandContext, input: unknown): Promise<Result<ProfileRow, ProfileError>> =>
  readOne<ProfileRow, UserNotFound>(
    context,
    input,
    (queries, tenant, id) => queries.profile(tenant, id),
    () => domainError("user-not-found", "there is no such user"),
  );
