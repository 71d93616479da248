import { answer } from "../answered.js";
import type { CommitError, LoadError } from "../errors.js";
import { domainError } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import { field } from "../kernel/hostile.js";
import { err, ok } from "../kernel/result.js";
import type { Result, ResultAsync } from "../kernel/result.js";
import { DEFAULT_TENANT } from "../kernel/scope.js";
import type { StoreFailed } from "../ports/store.js";
import type { Types } from "../types.js";
import type { UserNotFound } from "../users/errors.js";
import type { Account } from "./account.js";
import { roleUnknown } from "./account.js";
import { inUnit } from "./context.js";
import type { CommandContext, CommandUnit } from "./context.js";
import { accountNotFound } from "./errors.js";
import type { AccountClosed, AccountNotFound, RoleUnknown } from "./errors.js";
import { idIn, roleIn } from "./input.js";
import { isProtectedRole } from "./roles.js";

/** Whose, and which protected role. */
export interface BootstrapInput<Role extends string> {
  /** The user's id. */
  readonly id: string;
  readonly role: Role;
  /** The default one when left out. */
  readonly tenant?: string;
}

export type BootstrapError<T extends Types> =
  UserNotFound | AccountNotFound | AccountClosed | RoleUnknown | LoadError | CommitError<T> | InvalidArgument | StoreFailed;

/**
 * Protected roles come and go here alone: for the host's own scripts and first start, never behind a request. Nobody's
 * authorization is asked; that the last holder keeps the role holds here too (`vetoed`, reason `last-role-holder`).
 */
export class Bootstrap<T extends Types> {
  readonly #contextIn: (tenant: string) => CommandContext;

  constructor(contextIn: (tenant: string) => CommandContext) {
    this.#contextIn = contextIn;
  }

  /** Grants it, and activates the account; a user who has none yet is given one. One that is held already changes nothing. */
  grant(input: BootstrapInput<T["role"]>): ResultAsync<void, BootstrapError<T>> {
    return this.#change(input, async (inside, id, role) => {
      const account = await openedFor(inside, id);
      if (account.isErr()) return err(account.error);
      // Nobody else could: there is no command for holders of protected roles.
      return account.value.activate().andThen(() => account.value.grant(role));
    });
  }

  /** Takes it back, unless nobody else holds it. */
  revoke(input: BootstrapInput<T["role"]>): ResultAsync<void, BootstrapError<T>> {
    return this.#change(input, async ({ accounts }, id, role) => {
      const account = await accounts.get(id);
      if (account.isErr()) return err(account.error.code === "not-found" ? accountNotFound() : account.error);
      return account.value.revoke(role);
    });
  }

  #change(
    input: unknown,
    change: (inside: CommandUnit, id: string, role: string) => Promise<Result<void, BootstrapError<T>>>,
  ): ResultAsync<void, BootstrapError<T>> {
    return answer(async (): Promise<Result<void, BootstrapError<T>>> => {
      const id = idIn(input, "id");
      if (id.isErr()) return err(id.error);
      const wanted = roleIn(input);
      if (wanted.isErr()) return err(wanted.error);
      const { role } = wanted.value;
      const tenant = field(input, "tenant") === undefined ? ok(DEFAULT_TENANT) : idIn(input, "tenant");
      if (tenant.isErr()) return err(tenant.error);
      const context = this.#contextIn(tenant.value);
      // The others have commands, which ask who may.
      if (!isProtectedRole(context.engine.accounts.hierarchy, role)) return err(roleUnknown(role));
      const changed = await inUnit(context, (inside) => change(inside, id.value, role), {
        actor: "system:bootstrap",
        // Two at once may both make the first account, or the first list of holders.
        again: "id-taken",
      });
      // The unit's own definitions and subscribers, which `T` names, say how it fails.
      return changed as Result<void, BootstrapError<T>>;
    });
  }
}

async function openedFor(
  { users, accounts }: CommandUnit,
  id: string,
): Promise<Result<Account, UserNotFound | LoadError | RoleUnknown | InvalidArgument>> {
  const found = await accounts.get(id);
  if (found.isOk() || found.error.code !== "not-found") return found.mapErr((error) => error as LoadError | InvalidArgument);
  const user = await users.get(id);
  if (user.isErr()) return err(user.error.code === "not-found" ? domainError("user-not-found", "there is no such user") : user.error);
  const created = await accounts.create({ status: "active", role: null }, { id });
  return created.isErr() ? err(created.error) : ok(created.value);
}
