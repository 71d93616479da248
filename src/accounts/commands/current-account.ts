import type { InvalidScope } from "../../errors.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { AccountRow } from "../../ports/queries.js";
import type { StoreError } from "../../ports/store.js";
import { commandUnit } from "../context.js";
import type { CommandContext } from "../context.js";
import { notAuthenticated } from "../errors.js";
import { ownPresence } from "../presence.js";
import type { PresenceError } from "../presence.js";

export type CurrentAccountError = PresenceError | StoreError | InvalidScope;

/** The actor's own account, with what its user is recognised by. */
export async function currentAccount(context: CommandContext): Promise<Result<AccountRow, CurrentAccountError>> {
  const own = await ownPresence(commandUnit(context.open()));
  if (own.isErr()) return err(own.error);
  const row = await context.engine.store.queries.account(context.scope.tenant, own.value.account.id);
  if (row.isErr()) return err(row.error);
  return row.value === undefined ? err(notAuthenticated()) : ok(row.value);
}
