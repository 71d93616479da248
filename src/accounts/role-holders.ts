import { AggregateRoot } from "../kernel/aggregate.js";
import type { AggregateDefinition } from "../kernel/definition.js";
import { domainError } from "../kernel/error.js";
import { event } from "../kernel/event.js";
import type { Foldable } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { LastRoleHolder } from "./errors.js";

export const roleHolderEvents = {
  "role-holder-added": event<{ account: string }>(),
  "role-holder-removed": event<{ account: string }>(),
} as const;

export type RoleHolderEvents = typeof roleHolderEvents;
export type RoleHoldersState = { readonly accounts: readonly string[] };

/**
 * Who holds a protected role, under the role's name. A rule that spans accounts (the last holder keeps it) becomes a rule of one
 * aggregate: whoever changes it at the same time loses the race for its version.
 */
export class RoleHolders extends AggregateRoot<RoleHoldersState, RoleHolderEvents> {
  get accounts(): readonly string[] {
    return this.state.accounts;
  }

  add(account: string): void {
    if (!this.accounts.includes(account)) this.record("role-holder-added", { account });
  }

  remove(account: string): Result<void, LastRoleHolder> {
    if (!this.accounts.includes(account)) return ok(undefined);
    if (this.accounts.length === 1) return err(domainError("last-role-holder", "nobody else holds this role", { role: this.id }));
    return ok(this.record("role-holder-removed", { account }));
  }

  /** For the definition: the first holder. */
  begin(account: string): void {
    this.record("role-holder-added", { account });
  }
}

export type RoleHoldersDefinition = AggregateDefinition<
  RoleHolders,
  RoleHoldersState,
  RoleHolderEvents,
  { readonly account: string },
  never,
  never
>;

export const defineRoleHolders = (): RoleHoldersDefinition => ({
  kind: "role-holders",
  events: roleHolderEvents,
  evolve: ({ accounts }: RoleHoldersState = { accounts: [] }, happened: Foldable<RoleHolderEvents>) => {
    const { account } = happened.payload;
    return { accounts: happened.type === "role-holder-added" ? [...accounts, account] : accounts.filter((holder) => holder !== account) };
  },
  from: (root) => new RoleHolders(root),
  create: (holders, { account }) => ok(holders.begin(account)),
});
