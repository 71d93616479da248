import type { AggregateDefinition } from "../kernel/definition.js";
import { invalidArgument } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import { field } from "../kernel/hostile.js";
import { err } from "../kernel/result.js";
import { Account } from "./account.js";
import { accountBehaviour } from "./behaviour.js";
import type { RoleUnknown } from "./errors.js";
import type { AccountEvents } from "./events.js";
import type { RoleHierarchy } from "./roles.js";
import type { AccountState } from "./state.js";

/** A new account. Create it under the id of its user: `uow.accounts.create({ status: "active", role: "user" }, { id: user.id })`. */
export interface NewAccount {
  readonly status: "pending" | "active";
  readonly role: string | null;
}

export type AccountDefinition = AggregateDefinition<Account, AccountState, AccountEvents, NewAccount, RoleUnknown | InvalidArgument, never>;

/** `Account`, registered in the way of the host's own aggregates. */
export const defineAccounts = (hierarchy: RoleHierarchy): AccountDefinition => ({
  ...accountBehaviour,
  isRemoved: ({ closedAt }) => closedAt !== null,
  from: (root) => new Account(root, hierarchy),
  create: (account, input) => {
    const [status, role = null] = [field(input, "status"), field(input, "role")];
    if (status !== "pending" && status !== "active") return err(invalidArgument("account.status", 'must be "pending" or "active"'));
    if (role !== null && typeof role !== "string") return err(invalidArgument("account.role", "must be a role or null"));
    return account.begin(status, role);
  },
});
