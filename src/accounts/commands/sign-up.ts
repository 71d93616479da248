import type { CommitError } from "../../errors.js";
import { timestamp } from "../../kernel/clock.js";
import { notBefore } from "../../kernel/deadline.js";
import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { CreateUserError, NewUser } from "../../users/definition.js";
import { provedByRegistering, userRegistration } from "../../users/registration.js";
import type { RegisteredUser } from "../../users/registration.js";
import type { UserTaken } from "../../users/errors.js";
import type { UserIdInvalid } from "../../users/values/user-id.js";
import type { Account } from "../account.js";
import { commandUnit } from "../context.js";
import type { CommandContext, CommandUnit } from "../context.js";
import { deviceInput } from "../device-input.js";
import type { RoleUnknown } from "../errors.js";
import type { DeviceInput } from "../log-in-input.js";
import { askForInbox, holderOf, isAddressTaken, QUIET, withoutNames } from "../quiet-sign-up.js";
import type { CheckInbox } from "../quiet-sign-up.js";
import { issueChallenge } from "../proofs/issue-challenge.js";
import { storedFormOf } from "../proofs/log-in-by-challenge.js";
import { startSession } from "../start-session.js";
import type { SignedIn, StartSessionError } from "../start-session.js";

/** A new user, as `users.create` takes it, and the device that he signs up on. */
export type SignUpInput<T extends Types> = NewUser<T["attributesInput"], T["methods"]> & DeviceInput;

/** Signed up and not in: the account waits for its activation, or nothing was proved that a session could start from. */
export interface SignUpPending {
  readonly status: "pending";
  readonly userId: string;
}

export type SignedUp = SignedIn | SignUpPending | CheckInbox;

export type SignUpError<T extends Types> =
  CreateUserError<T["methods"]> | UserTaken | UserIdInvalid | RoleUnknown | CommitError<T> | StartSessionError | InvalidArgument;

/** A user and his account in one commit, and a session, in two round trips. */
export const signUp = <T extends Types>(
  context: CommandContext,
  input: unknown,
  options: unknown,
): Promise<Result<SignedUp, SignUpError<T>>> => {
  const work = () => signUpNow<T>(context, input, options);
  return context.engine.accounts.enumerationProtection ? notBefore(QUIET, work) : work();
};

async function signUpNow<T extends Types>(
  context: CommandContext,
  input: unknown,
  options: unknown,
): Promise<Result<SignedUp, SignUpError<T>>> {
  const { engine, scope } = context;
  const id = field(options, "id");
  const device = await deviceInput(engine, scope.tenant, input);
  if (device.isErr()) return err(device.error);
  const { enumerationProtection } = engine.accounts;
  const named = enumerationProtection ? withoutNames(input, id) : ok();
  if (named.isErr()) return err(named.error);
  await using uow = context.open();
  const made = await register(commandUnit(uow), input, id);
  // What a user is made of is the host's own types' business, which the registration does not know.
  if (made.isErr()) return err(made.error as SignUpError<T>);
  const { user, account } = made.value;
  if (enumerationProtection) {
    const holder = await holderOf(context, user);
    if (holder.isErr()) return err(holder.error);
    if (holder.value !== undefined) return await askForInbox(context, holder.value);
  }
  const committed = await uow.commit();
  if (committed.isErr()) {
    if (enumerationProtection && isAddressTaken(committed.error)) return await askForInbox(context, null);
    // The unit's own definitions and subscribers, which `T` names, say how it fails.
    return err(committed.error as SignUpError<T>);
  }
  if (enumerationProtection) return ok({ status: "check-inbox" });
  if (account.status !== "active") return ok({ status: "pending", userId: user.id });
  const at = timestamp(engine.clock.now());
  const verified = provedByRegistering(user, { application: engine, tenant: scope.tenant, at, account: storedFormOf(account) });
  if (verified === undefined) return ok({ status: "pending", userId: user.id });
  return await startSession(engine, scope, { proofs: [verified], device: device.value.label, isFirst: true });
}

async function register(inside: CommandUnit, input: unknown, id: unknown): Promise<Result<Registered, unknown>> {
  const { activation, initialRole } = inside.unit.engine.accounts;
  const user = await userRegistration.register(inside, input, id);
  if (user.isErr()) return err(user.error);
  const status = activation === "immediate" ? "active" : "pending";
  const account = await inside.accounts.create({ status, role: initialRole }, { id: user.value.id });
  if (account.isErr()) return err(account.error);
  const registered = { user: user.value, account: account.value };
  const asked = await askForProofs(inside, registered);
  return asked.map(() => registered);
}

/** What has to be proved is asked for in the same commit. */
async function askForProofs(inside: CommandUnit, registered: Registered): Promise<Result<void, unknown>> {
  const { user } = registered;
  const { verify, activation } = inside.unit.engine.accounts;
  // After the first proof nothing else would show that the second address is the same person's.
  if (activation === "verified" && verify.length > 1 && user.credentials.length === 0)
    return err(invalidArgument("password", "must be given: several addresses have to be proved"));
  for (const channel of verify) {
    const address = channel === "email" ? user.primaryEmail : user.primaryPhone;
    if (address === null) return err(invalidArgument(`${channel}s`, "must have one: it has to be proved"));
    const issued = await issueChallenge(inside, registered, { purpose: `verify-${channel}`, channel, address });
    if (issued.isErr()) return err(issued.error);
  }
  return ok(undefined);
}

interface Registered {
  readonly user: RegisteredUser;
  readonly account: Account;
}
