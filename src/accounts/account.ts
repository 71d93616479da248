import { fromHistory } from "../from-history.js";
import { AggregateRoot } from "../kernel/aggregate.js";
import type { Root } from "../kernel/aggregate.js";
import type { Timestamp } from "../kernel/clock.js";
import { domainError, invalidArgument } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { findUnstorable } from "../kernel/json.js";
import type { HistoryInvalid } from "../kernel/rebuild.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { excerpt } from "../kernel/text.js";
import { accountBehaviour } from "./behaviour.js";
import { accountClosed, accountPending, accountProtected, accountSuspended } from "./errors.js";
import type { AccountClosed, AccountPending, AccountProtected, AccountSuspended, RoleUnknown } from "./errors.js";
import type { AccountEvents, SessionsEnded } from "./events.js";
import { defaultRoles, isProtectedRole, isRole } from "./roles.js";
import type { RoleHierarchy } from "./roles.js";
import type { AccountState, AccountStatus, RoleGrant } from "./state.js";

/**
 * What a user may do, in one tenant: its status and its roles. It has the id of its user. Its methods are rules, not
 * authorization: who may call them is the business of commands.
 */
export class Account extends AggregateRoot<AccountState, AccountEvents> {
  readonly #hierarchy: RoleHierarchy;

  constructor(root: Root<AccountState, AccountEvents>, hierarchy: RoleHierarchy) {
    super(root);
    this.#hierarchy = hierarchy;
  }

  /**
   * An account as its events have made it, in no unit of work: from `queries.history` or from what a subscriber has kept, in any
   * order. Events of its user and sessions among them are passed over. Error: `history-invalid`.
   */
  static fromHistory(events: readonly DomainEvent[], hierarchy: RoleHierarchy = defaultRoles): Result<Account, HistoryInvalid> {
    return fromHistory({ ...accountBehaviour, from: (root: Root<AccountState, AccountEvents>) => new Account(root, hierarchy) }, events);
  }

  get status(): AccountStatus {
    return this.state.status;
  }

  get roles(): readonly RoleGrant[] {
    return this.state.grants;
  }

  /** Raised by whatever ends the sessions. */
  get securityVersion(): number {
    return this.state.securityVersion;
  }

  get openedAt(): Timestamp {
    return this.state.openedAt;
  }

  get closedAt(): Timestamp | null {
    return this.state.closedAt;
  }

  /** Whether it holds a protected role. */
  get isProtected(): boolean {
    return this.roles.some(({ role }) => isProtectedRole(this.#hierarchy, role));
  }

  /** Whether it holds a role, everywhere or in that scope. */
  holds(role: string, scope: string | null = null): boolean {
    return this.roles.some((grant) => grant.role === role && (grant.scope === null || grant.scope === scope));
  }

  /** For the definition: the first event of a new one. */
  begin(status: "pending" | "active", role: string | null): Result<void, RoleUnknown> {
    if (role !== null && !isRole(this.#hierarchy, role)) return err(roleUnknown(role));
    this.record("account-opened", { status, role });
    return ok(undefined);
  }

  /** Whatever it was: an administrator's activation lifts a suspension too. */
  activate(): Result<void, AccountClosed> {
    return this.#unlessClosed().map(() => {
      if (this.status !== "active") this.record("account-activated", {});
    });
  }

  /** Its owner's own activation, which lifts no suspension. */
  activateOwn(): Result<void, AccountClosed | AccountSuspended> {
    return this.#unlessClosed().andThen(() => (this.status === "suspended" ? err(accountSuspended()) : this.activate()));
  }

  /** By its owner, who may return. One that still waits for its activation is no way around that. */
  deactivate(): Result<void, AccountClosed | AccountSuspended | AccountPending | AccountProtected> {
    return this.#unlessClosed().andThen(() => {
      if (this.status === "deactivated") return ok(undefined);
      if (this.status === "suspended") return err(accountSuspended());
      if (this.status === "pending") return err(accountPending());
      if (this.isProtected) return err(accountProtected());
      return ok(this.record("account-deactivated", {}));
    });
  }

  /** By an administrator. Ends all its sessions. */
  suspend(reason: string | null = null): Result<void, AccountClosed | AccountProtected | InvalidArgument> {
    if (reason !== null && !isText(reason, LONGEST_REASON)) {
      return err(invalidArgument("reason", `must be well-formed text of 1 to ${LONGEST_REASON} characters`));
    }
    return this.#unlessClosed().andThen(() => {
      if (this.status === "suspended") return ok(undefined);
      if (this.isProtected) return err(accountProtected());
      return ok(this.record("account-suspended", { reason }));
    });
  }

  /** Everywhere, or in a scope of the host's own (a team, a project). One that is held already changes nothing. */
  grant(role: string, scope: string | null = null): Result<void, AccountClosed | RoleUnknown | InvalidArgument> {
    return this.#checked(role, scope).map(() => {
      if (!this.#hasGrant(role, scope)) this.record("role-granted", { role, scope });
    });
  }

  /** The grant of exactly this scope. One that is not held changes nothing. */
  revoke(role: string, scope: string | null = null): Result<void, AccountClosed | RoleUnknown | InvalidArgument> {
    return this.#checked(role, scope).map(() => {
      if (this.#hasGrant(role, scope)) this.record("role-revoked", { role, scope });
    });
  }

  /** All of them, or all but one. */
  endSessions(cause: SessionsEnded, spared: string | null = null): Result<void, AccountClosed> {
    return this.#unlessClosed().map(() => this.record("sessions-ended", { cause, spared }));
  }

  /** With its user. */
  close(): Result<void, AccountProtected> {
    if (this.closedAt !== null) return ok(undefined);
    return this.isProtected ? err(accountProtected()) : ok(this.record("account-closed", {}));
  }

  #hasGrant(role: string, scope: string | null): boolean {
    return this.roles.some((grant) => grant.role === role && grant.scope === scope);
  }

  #checked(role: unknown, scope: unknown): Result<void, AccountClosed | RoleUnknown | InvalidArgument> {
    if (!isRole(this.#hierarchy, role)) return err(roleUnknown(role));
    if (scope !== null && !isText(scope, LONGEST_SCOPE)) {
      return err(invalidArgument("scope", `must be null or well-formed text of 1 to ${LONGEST_SCOPE} characters`));
    }
    if (scope !== null && isProtectedRole(this.#hierarchy, role))
      return err(invalidArgument("scope", "must be null: a protected role counts everywhere"));
    return this.#unlessClosed();
  }

  #unlessClosed(): Result<void, AccountClosed> {
    return this.closedAt === null ? ok(undefined) : err(accountClosed());
  }
}

const LONGEST_REASON = 1000;
const LONGEST_SCOPE = 255;

const isText = (value: unknown, longest: number): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= longest && findUnstorable(value) === undefined;

export const roleUnknown = (role: unknown): RoleUnknown =>
  domainError("role-unknown", "there is no such role", { role: typeof role === "string" ? excerpt(role) : "" });
