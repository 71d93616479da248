import type { LoadError } from "../../errors.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { CommandUnit } from "../context.js";
import type { Whose } from "./issue-challenge.js";

/** A user and his account, if he has one; undefined when there is no such user (any more). */
export async function whose(
  { users, accounts }: CommandUnit,
  userId: string,
): Promise<Result<Whose | undefined, LoadError | InvalidArgument>> {
  const user = await users.get(userId);
  // Also where there is no such user: as many statements for nobody.
  const account = await accounts.get(userId);
  if (user.isErr()) return user.error.code === "not-found" ? ok(undefined) : err(user.error);
  if (account.isOk()) return ok({ user: user.value, account: account.value });
  return account.error.code === "not-found" ? ok({ user: user.value, account: undefined }) : err(account.error);
}
