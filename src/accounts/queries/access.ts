import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result, ResultAsync } from "../../kernel/result.js";
import type { Queries } from "../../ports/queries.js";
import type { StoreError } from "../../ports/store.js";
import { commandUnit } from "../context.js";
import type { CommandContext } from "../context.js";
import { notAuthenticated } from "../errors.js";
import { idIn } from "../input.js";
import { authorize, isAdministrator } from "../permissions.js";
import type { NotAuthorized, Permission } from "../permissions.js";
import { presence } from "../presence.js";
import type { PresenceError } from "../presence.js";

/** For lists of everybody. */
export async function administratorsOnly(context: CommandContext): Promise<Result<void, PresenceError | NotAuthorized>> {
  const present = await presence(commandUnit(context.open()));
  if (present.isErr()) return err(present.error);
  return authorize(isAdministrator, { actor: present.value.acting, hierarchy: context.engine.accounts.hierarchy });
}

/** Whose page it is: the actor's own when no id is given, anybody's for administrators. */
export async function ownOrAny(
  context: CommandContext,
  input: unknown,
): Promise<Result<string, PresenceError | NotAuthorized | InvalidArgument>> {
  const { principal } = context.scope;
  if (context.problem !== undefined) return err(context.problem);
  const own = principal?.kind === "user" ? principal.id : undefined;
  const id = field(input, "id") === undefined && own !== undefined ? ok(own) : idIn(input, "id");
  if (id.isErr()) return err(principal === undefined ? notAuthenticated() : id.error);
  const present = await presence(commandUnit(context.open()));
  if (present.isErr()) return err(present.error);
  const actor = present.value.acting;
  const { hierarchy } = context.engine.accounts;
  if (id.value === own) return authorize(oneself, { actor, hierarchy }).map(() => id.value);
  return authorize(isAdministrator, { actor, hierarchy }).map(() => id.value);
}

/**
 * Whose events these are: undefined for everybody's, which administrators see when they name nobody. Everybody else names himself, or
 * nobody and is meant himself.
 */
export async function ownOrEverybodys(
  context: CommandContext,
  named: string | undefined,
): Promise<Result<string | undefined, PresenceError | NotAuthorized>> {
  const present = await presence(commandUnit(context.open()));
  if (present.isErr()) return err(present.error);
  const actor = present.value.acting;
  const { hierarchy } = context.engine.accounts;
  const { principal } = context.scope;
  const own = principal?.kind === "user" ? principal.id : undefined;
  const administers = authorize(isAdministrator, { actor, hierarchy }).map(() => named);
  if (own === undefined || (named !== undefined && named !== own)) return administers;
  if (named === undefined && administers.isOk()) return administers;
  return authorize(oneself, { actor, hierarchy }).map(() => own);
}

/** What is about the actor himself takes an account that is active, and no more. */
const oneself: Permission = { name: "can-manage-self", allows: () => true };

/** One row: the actor's own, or anybody's for administrators, who alone learn that there is none. */
export async function readOne<Row, E>(
  context: CommandContext,
  input: unknown,
  read: (queries: Queries, tenant: string, id: string) => ResultAsync<Row | undefined, StoreError>,
  missing: () => E,
): Promise<Result<Row, ReadOneError | E>> {
  const id = await ownOrAny(context, input);
  if (id.isErr()) return err(id.error);
  const row = await read(context.engine.store.queries, context.scope.tenant, id.value);
  if (row.isErr()) return err(row.error);
  return row.value === undefined ? err(missing()) : ok(row.value);
}

export type ReadOneError = PresenceError | NotAuthorized | StoreError | InvalidArgument;
