import { answer } from "../../answered.js";
import type { ResultAsync } from "../../kernel/result.js";
import type { StoreFailed } from "../../ports/store.js";
import type { Types } from "../../types.js";
import type { Unit } from "../../unit-of-work.js";
import { commandUnit } from "../context.js";
import type { NewUserOptions } from "../context.js";
import type { AccountCreated, CreateAccountError } from "../register-account.js";
import { activateAccount } from "./activate-account.js";
import type { ActivateAccountError, ActivateAccountInput } from "./activate-account.js";
import { createAccount } from "./create-account.js";
import type { CreateAccountInput } from "./create-account.js";
import { eraseUser } from "./erase-user.js";
import type { EraseUserError, EraseUserInput } from "./erase-user.js";
import { grantRole } from "./grant-role.js";
import type { RoleError, RoleInput } from "./grant-role.js";
import { revokeOtherSessions } from "./revoke-other-sessions.js";
import type { RevokeOtherSessionsError } from "./revoke-other-sessions.js";
import { revokeRole } from "./revoke-role.js";
import { setAccountPassword } from "./set-account-password.js";
import type { SetAccountPasswordError, SetAccountPasswordInput } from "./set-account-password.js";
import { setUsername } from "./set-username.js";
import type { SetUsernameError, SetUsernameInput } from "./set-username.js";
import { suspendAccount } from "./suspend-account.js";
import type { SuspendAccountError, SuspendAccountInput } from "./suspend-account.js";
import { inviteUser } from "./invite-user.js";
import type { InviteUserError, InviteUserInput } from "./invite-user.js";
import { resendInvitation } from "./resend-invitation.js";
import type { ResendInvitationError, ResendInvitationInput } from "./resend-invitation.js";
import { forcePasswordReset } from "./force-password-reset.js";
import type { ForcePasswordResetError, ForcePasswordResetInput } from "./force-password-reset.js";

type Answer<Value, E> = ResultAsync<Value, E | StoreFailed>;

/**
 * The commands that can be part of a larger unit of work: `uow.commands`. They decide and record; the unit's commit writes.
 * Those that prove something or work on sessions are not here: their traces must stay, whatever becomes of the unit.
 */
export class UnitCommands<T extends Types> {
  readonly #unit: Unit<T>;

  constructor(unit: Unit<T>) {
    this.#unit = unit;
  }

  setUsername(input: SetUsernameInput): Answer<void, SetUsernameError> {
    return answer(() => setUsername(commandUnit(this.#unit), input));
  }

  revokeOtherSessions(): Answer<void, RevokeOtherSessionsError> {
    return answer(() => revokeOtherSessions(commandUnit(this.#unit)));
  }

  createAccount(input: CreateAccountInput<T>, options?: NewUserOptions): Answer<AccountCreated, CreateAccountError<T>> {
    return answer(() => createAccount<T>(commandUnit(this.#unit), input, options));
  }

  /** The invitation is void where his e-mails or credentials change after this, in this unit as well. */
  inviteUser(input: InviteUserInput<T>, options?: NewUserOptions): Answer<AccountCreated, InviteUserError<T>> {
    return answer(() => inviteUser<T>(commandUnit(this.#unit), input, options));
  }

  resendInvitation(input: ResendInvitationInput): Answer<void, ResendInvitationError> {
    return answer(() => resendInvitation(commandUnit(this.#unit), input));
  }

  forcePasswordReset(input: ForcePasswordResetInput): Answer<void, ForcePasswordResetError> {
    return answer(() => forcePasswordReset(commandUnit(this.#unit), input));
  }

  setAccountPassword(input: SetAccountPasswordInput<T["methods"]>): Answer<void, SetAccountPasswordError<T["methods"]>> {
    return answer(() => setAccountPassword<T["methods"]>(commandUnit(this.#unit), input));
  }

  activateAccount(input: ActivateAccountInput): Answer<void, ActivateAccountError> {
    return answer(() => activateAccount(commandUnit(this.#unit), input));
  }

  suspendAccount(input: SuspendAccountInput): Answer<void, SuspendAccountError> {
    return answer(() => suspendAccount(commandUnit(this.#unit), input));
  }

  eraseUser(input: EraseUserInput): Answer<void, EraseUserError> {
    return answer(() => eraseUser(commandUnit(this.#unit), input));
  }

  grantRole(input: RoleInput<T["role"]>): Answer<void, RoleError> {
    return answer(() => grantRole(commandUnit(this.#unit), input));
  }

  revokeRole(input: RoleInput<T["role"]>): Answer<void, RoleError> {
    return answer(() => revokeRole(commandUnit(this.#unit), input));
  }
}
