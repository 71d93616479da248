import type { CommitError } from "../../errors.js";
import type { Result, ResultAsync } from "../../kernel/result.js";
import type { InvalidArgument } from "../../kernel/error.js";
import type { AccountRow } from "../../ports/queries.js";
import type { StoreFailed } from "../../ports/store.js";
import type { Types } from "../../types.js";
import type { LoggedIn } from "../conclude.js";
import { inUnit, measuredAnswer } from "../context.js";
import type { CommandContext, CommandOptions, CommandUnit, NewUserOptions } from "../context.js";
import type { Tokens } from "../issue.js";
import type { SignedIn } from "../start-session.js";
import { activateAccount } from "./activate-account.js";
import type { ActivateAccountError, ActivateAccountInput } from "./activate-account.js";
import { activateOwn } from "./activate-own.js";
import type { ActivateOwnError, ActivateOwnInput } from "./activate-own.js";
import { changePassword } from "./change-password.js";
import type { ChangePasswordError, ChangePasswordInput } from "./change-password.js";
import { completeLogIn } from "./complete-log-in.js";
import type { CompleteLogInError, CompleteLogInInput } from "./complete-log-in.js";
import { createAccount } from "./create-account.js";
import type { AccountCreated, CreateAccountError, CreateAccountInput } from "./create-account.js";
import { currentAccount } from "./current-account.js";
import type { CurrentAccountError } from "./current-account.js";
import { deactivateOwn } from "./deactivate-own.js";
import type { DeactivateOwnError, DeactivateOwnInput } from "./deactivate-own.js";
import { eraseUser } from "./erase-user.js";
import type { EraseUserError, EraseUserInput } from "./erase-user.js";
import { grantRole } from "./grant-role.js";
import type { RoleError, RoleInput } from "./grant-role.js";
import { listSessions } from "./list-sessions.js";
import type { ListSessionsError, SessionView } from "./list-sessions.js";
import { logIn } from "./log-in.js";
import type { LogInError, LogInInput } from "./log-in.js";
import { logOut } from "./log-out.js";
import type { LogOutError, LogOutInput } from "./log-out.js";
import { refresh } from "./refresh.js";
import type { RefreshError, RefreshInput } from "./refresh.js";
import { revokeOtherSessions } from "./revoke-other-sessions.js";
import type { RevokeOtherSessionsError } from "./revoke-other-sessions.js";
import { revokeRole } from "./revoke-role.js";
import { revokeSession } from "./revoke-session.js";
import type { RevokeSessionError, RevokeSessionInput } from "./revoke-session.js";
import { setAccountPassword } from "./set-account-password.js";
import type { SetAccountPasswordError, SetAccountPasswordInput } from "./set-account-password.js";
import { setUsername } from "./set-username.js";
import type { SetUsernameError, SetUsernameInput } from "./set-username.js";
import { signUp } from "./sign-up.js";
import type { SignedUp, SignUpError, SignUpInput } from "./sign-up.js";
import { suspendAccount } from "./suspend-account.js";
import type { SuspendAccountError, SuspendAccountInput } from "./suspend-account.js";

type Answer<Value, E> = ResultAsync<Value, E | StoreFailed>;
type Committed<T extends Types, Value, E> = Answer<Value, E | CommitError<T> | InvalidArgument>;

/**
 * What can be done in a scope, each in a unit of work and a transaction of its own. Who asks is the scope's business
 * (`application.as(actor).commands`), never the input's.
 */
export class Commands<T extends Types> {
  readonly #context: CommandContext;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  // For everyone.

  signUp(input: SignUpInput<T>, options?: NewUserOptions): Answer<SignedUp, SignUpError<T>> {
    return this.#answer("signUp", () => signUp(this.#context, input, options));
  }

  logIn(input: LogInInput<T["methods"]>): Answer<LoggedIn, LogInError<T["methods"]>> {
    return this.#answer("logIn", () => logIn<T["methods"]>(this.#context, input));
  }

  completeLogIn(input: CompleteLogInInput<T["methods"]>): Answer<SignedIn, CompleteLogInError<T["methods"]>> {
    return this.#answer("completeLogIn", () => completeLogIn<T["methods"]>(this.#context, input));
  }

  refresh(input: RefreshInput): Answer<Tokens, RefreshError> {
    return this.#answer("refresh", () => refresh(this.#context, input));
  }

  logOut(input: LogOutInput = {}): Answer<void, LogOutError> {
    return this.#answer("logOut", () => logOut(this.#context, input));
  }

  activateOwn(input: ActivateOwnInput<T["methods"]>): Answer<void, ActivateOwnError<T>> {
    return this.#answer("activateOwn", () => activateOwn(this.#context, input));
  }

  deactivateOwn(input: DeactivateOwnInput<T["methods"]>): Answer<void, DeactivateOwnError<T>> {
    return this.#answer("deactivateOwn", () => deactivateOwn(this.#context, input));
  }

  // For who is logged in, about himself.

  currentAccount(): Answer<AccountRow, CurrentAccountError> {
    return this.#answer("currentAccount", () => currentAccount(this.#context));
  }

  changePassword(input: ChangePasswordInput<T["methods"]>): Answer<void, ChangePasswordError<T>> {
    return this.#answer("changePassword", () => changePassword(this.#context, input));
  }

  setUsername(input: SetUsernameInput, options?: CommandOptions): Committed<T, void, SetUsernameError> {
    return this.#inUnit("setUsername", (unit) => setUsername(unit, input), options);
  }

  listSessions(): Answer<readonly SessionView[], ListSessionsError> {
    return this.#answer("listSessions", () => listSessions(this.#context));
  }

  revokeSession(input: RevokeSessionInput): Answer<void, RevokeSessionError> {
    return this.#answer("revokeSession", () => revokeSession(this.#context, input));
  }

  revokeOtherSessions(options?: CommandOptions): Committed<T, void, RevokeOtherSessionsError> {
    return this.#inUnit("revokeOtherSessions", revokeOtherSessions, options);
  }

  // For administrators.

  createAccount(
    input: CreateAccountInput<T>,
    options?: CommandOptions & NewUserOptions,
  ): Committed<T, AccountCreated, CreateAccountError<T>> {
    return this.#inUnit("createAccount", (unit) => createAccount<T>(unit, input, options), options);
  }

  setAccountPassword(
    input: SetAccountPasswordInput<T["methods"]>,
    options?: CommandOptions,
  ): Committed<T, void, SetAccountPasswordError<T["methods"]>> {
    return this.#inUnit("setAccountPassword", (unit) => setAccountPassword<T["methods"]>(unit, input), options);
  }

  activateAccount(input: ActivateAccountInput, options?: CommandOptions): Committed<T, void, ActivateAccountError> {
    return this.#inUnit("activateAccount", (unit) => activateAccount(unit, input), options);
  }

  suspendAccount(input: SuspendAccountInput, options?: CommandOptions): Committed<T, void, SuspendAccountError> {
    return this.#inUnit("suspendAccount", (unit) => suspendAccount(unit, input), options);
  }

  eraseUser(input: EraseUserInput, options?: CommandOptions): Committed<T, void, EraseUserError> {
    return this.#inUnit("eraseUser", (unit) => eraseUser(unit, input), options);
  }

  grantRole(input: RoleInput<T["role"]>, options?: CommandOptions): Committed<T, void, RoleError> {
    return this.#inUnit("grantRole", (unit) => grantRole(unit, input), options);
  }

  revokeRole(input: RoleInput<T["role"]>, options?: CommandOptions): Committed<T, void, RoleError> {
    return this.#inUnit("revokeRole", (unit) => revokeRole(unit, input), options);
  }

  #answer<Value, E>(name: string, command: () => Promise<Result<Value, E>>): Answer<Value, E> {
    return measuredAnswer(this.#context, "command", name, command);
  }

  #inUnit<Value, E>(
    name: string,
    handler: (unit: CommandUnit) => Promise<Result<Value, E>>,
    options: CommandOptions | undefined,
  ): Committed<T, Value, E> {
    // The unit's own definitions and subscribers, which `T` names, say how it fails.
    type Answered = Result<Value, E | CommitError<T> | InvalidArgument>;
    return this.#answer(name, async () => (await inUnit(this.#context, handler, { options })) as Answered);
  }
}
