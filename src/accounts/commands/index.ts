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
import type { AccountCreated, CreateAccountError } from "../register-account.js";
import { activateAccount } from "./activate-account.js";
import type { ActivateAccountError, ActivateAccountInput } from "./activate-account.js";
import { activateOwn } from "./activate-own.js";
import type { ActivateOwnError, ActivateOwnInput } from "./activate-own.js";
import { changePassword } from "./change-password.js";
import type { ChangePasswordError, ChangePasswordInput } from "./change-password.js";
import { completeLogIn } from "./complete-log-in.js";
import type { CompleteLogInError, CompleteLogInInput } from "./complete-log-in.js";
import { createAccount } from "./create-account.js";
import type { CreateAccountInput } from "./create-account.js";
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
import { requestEmailVerification } from "./request-email-verification.js";
import type { RequestEmailVerificationError, RequestEmailVerificationInput } from "./request-email-verification.js";
import { verifyEmail } from "./verify-email.js";
import type { VerifyEmailError, VerifyEmailInput } from "./verify-email.js";
import { requestPhoneVerification } from "./request-phone-verification.js";
import type { RequestPhoneVerificationError, RequestPhoneVerificationInput } from "./request-phone-verification.js";
import { verifyPhone } from "./verify-phone.js";
import type { VerifyPhoneError, VerifyPhoneInput } from "./verify-phone.js";
import { requestPasswordReset } from "./request-password-reset.js";
import type { RequestPasswordResetError, RequestPasswordResetInput } from "./request-password-reset.js";
import { resetPassword } from "./reset-password.js";
import type { ResetPasswordError, ResetPasswordInput } from "./reset-password.js";
import { requestLogIn } from "./request-log-in.js";
import type { RequestLogInError, RequestLogInInput } from "./request-log-in.js";
import { logInWithCode } from "./log-in-with-code.js";
import type { LogInWithCodeError, LogInWithCodeInput } from "./log-in-with-code.js";
import { logInWithLink } from "./log-in-with-link.js";
import type { LogInWithLinkError, LogInWithLinkInput } from "./log-in-with-link.js";
import { acceptInvitation } from "./accept-invitation.js";
import type { AcceptInvitationError, AcceptInvitationInput } from "./accept-invitation.js";
import { revertEmailChange } from "./revert-email-change.js";
import type { RevertEmailChangeError, RevertEmailChangeInput } from "./revert-email-change.js";
import { requestEmailChange } from "./request-email-change.js";
import type { RequestEmailChangeError, RequestEmailChangeInput } from "./request-email-change.js";
import { confirmEmailChange } from "./confirm-email-change.js";
import type { ConfirmEmailChangeError, ConfirmEmailChangeInput } from "./confirm-email-change.js";
import { inviteUser } from "./invite-user.js";
import type { InviteUserError, InviteUserInput } from "./invite-user.js";
import { resendInvitation } from "./resend-invitation.js";
import type { ResendInvitationError, ResendInvitationInput } from "./resend-invitation.js";
import { forcePasswordReset } from "./force-password-reset.js";
import type { ForcePasswordResetError, ForcePasswordResetInput } from "./force-password-reset.js";
import { releaseEmail } from "./release-email.js";
import type { ReleaseEmailError, ReleaseEmailInput } from "./release-email.js";
import { releasePhone } from "./release-phone.js";
import type { ReleasePhoneError, ReleasePhoneInput } from "./release-phone.js";

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

  // For everyone, by what was sent to an address.

  requestEmailVerification(input: RequestEmailVerificationInput = {}): Answer<void, RequestEmailVerificationError<T>> {
    return this.#answer("requestEmailVerification", () => requestEmailVerification<T>(this.#context, input));
  }

  verifyEmail(input: VerifyEmailInput): Answer<void, VerifyEmailError<T>> {
    return this.#answer("verifyEmail", () => verifyEmail<T>(this.#context, input));
  }

  releaseEmail(input: ReleaseEmailInput): Answer<void, ReleaseEmailError<T>> {
    return this.#answer("releaseEmail", () => releaseEmail<T>(this.#context, input));
  }

  requestPhoneVerification(input: RequestPhoneVerificationInput = {}): Answer<void, RequestPhoneVerificationError<T>> {
    return this.#answer("requestPhoneVerification", () => requestPhoneVerification<T>(this.#context, input));
  }

  verifyPhone(input: VerifyPhoneInput): Answer<void, VerifyPhoneError<T>> {
    return this.#answer("verifyPhone", () => verifyPhone<T>(this.#context, input));
  }

  releasePhone(input: ReleasePhoneInput): Answer<void, ReleasePhoneError<T>> {
    return this.#answer("releasePhone", () => releasePhone<T>(this.#context, input));
  }

  requestPasswordReset(input: RequestPasswordResetInput): Answer<void, RequestPasswordResetError<T>> {
    return this.#answer("requestPasswordReset", () => requestPasswordReset<T>(this.#context, input));
  }

  resetPassword(input: ResetPasswordInput<T["methods"]>): Answer<void, ResetPasswordError<T>> {
    return this.#answer("resetPassword", () => resetPassword<T>(this.#context, input));
  }

  requestLogIn(input: RequestLogInInput): Answer<void, RequestLogInError<T>> {
    return this.#answer("requestLogIn", () => requestLogIn<T>(this.#context, input));
  }

  logInWithCode(input: LogInWithCodeInput): Answer<LoggedIn, LogInWithCodeError<T>> {
    return this.#answer("logInWithCode", () => logInWithCode<T>(this.#context, input));
  }

  logInWithLink(input: LogInWithLinkInput): Answer<LoggedIn, LogInWithLinkError<T>> {
    return this.#answer("logInWithLink", () => logInWithLink<T>(this.#context, input));
  }

  acceptInvitation(input: AcceptInvitationInput<T["methods"]>): Answer<void, AcceptInvitationError<T>> {
    return this.#answer("acceptInvitation", () => acceptInvitation<T>(this.#context, input));
  }

  revertEmailChange(input: RevertEmailChangeInput): Answer<void, RevertEmailChangeError<T>> {
    return this.#answer("revertEmailChange", () => revertEmailChange<T>(this.#context, input));
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

  requestEmailChange(input: RequestEmailChangeInput): Answer<void, RequestEmailChangeError<T>> {
    return this.#answer("requestEmailChange", () => requestEmailChange<T>(this.#context, input));
  }

  confirmEmailChange(input: ConfirmEmailChangeInput): Answer<void, ConfirmEmailChangeError<T>> {
    return this.#answer("confirmEmailChange", () => confirmEmailChange<T>(this.#context, input));
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

  inviteUser(input: InviteUserInput<T>, options?: CommandOptions & NewUserOptions): Committed<T, AccountCreated, InviteUserError<T>> {
    return this.#inUnit("inviteUser", (unit) => inviteUser<T>(unit, input, options), options);
  }

  resendInvitation(input: ResendInvitationInput, options?: CommandOptions): Committed<T, void, ResendInvitationError> {
    return this.#inUnit("resendInvitation", (unit) => resendInvitation(unit, input), options);
  }

  forcePasswordReset(input: ForcePasswordResetInput, options?: CommandOptions): Committed<T, void, ForcePasswordResetError> {
    return this.#inUnit("forcePasswordReset", (unit) => forcePasswordReset(unit, input), options);
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
