import type { Result } from "../../kernel/result.js";
import type { AccountRow } from "../../ports/queries.js";
import type { CommandContext } from "../context.js";
import { accountNotFound } from "../errors.js";
import type { AccountNotFound } from "../errors.js";
import { readOne } from "./access.js";
import type { ReadOneError } from "./access.js";

/** Whose; the actor's own when left out. */
export interface AccountInput {
  readonly id?: string;
}

export type AccountError = ReadOneError | AccountNotFound;

/** One account: the actor's own, or anybody's for administrators. */
export const account = (context: CommandContext, input: unknown): Promise<Result<AccountRow, AccountError>> =>
  readOne(context, input, (queries, tenant, id) => queries.account(tenant, id), accountNotFound);
