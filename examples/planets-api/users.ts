import {
  Email,
  anyOf,
  attempt,
  authorize,
  canManageSelf,
  canManageSubordinate,
  defaultRoles,
  domainError,
  err,
  isAdministrator,
  ok,
} from "denizen";
import type { Account } from "denizen";
import type { PlanetsApplication } from "./application.js";
import type { Who } from "./signed-in.js";

export interface NewUser {
  readonly first_name: string;
  readonly last_name: string;
  readonly email: string;
  readonly password: string;
}

/** What is left out stays as it is. A new password takes the current one, and so does a new e-mail. */
export type UserChange = { readonly [Field in keyof NewUser | "current_password"]?: string | undefined };

/** A user and his account, in one commit. */
export const createUser = (application: PlanetsApplication, { first_name: given, last_name: family, email, password }: NewUser) =>
  attempt(async function* () {
    await using uow = application.unitOfWork();
    const user = yield* uow.users.create({ name: { given, family }, emails: [email], password });
    yield* uow.accounts.create({ status: "active", role: "user" }, { id: user.id });
    yield* uow.commit();
    return ok({ id: user.id, name: user.name, email: user.primaryEmail });
  });

/** All of it or nothing. A new e-mail takes effect when the code that is sent to it has been shown. */
export const changeUser = (application: PlanetsApplication, who: Who, id: string, change: UserChange) =>
  attempt(async function* () {
    const doors = application.as(who.actor);
    const wanted = change.email === undefined ? undefined : yield* Email.parse(change.email);
    await using uow = doors.unitOfWork();
    if (id !== who.actor.id) yield* administers(who);
    yield* mayChange(who, yield* uow.accounts.get(id));
    const user = yield* uow.users.get(id);
    const { first_name: given = user.name?.given, last_name: family = user.name?.family } = change;
    if (given !== user.name?.given || family !== user.name?.family) yield* user.rename({ given, family });
    const movesTo = wanted === undefined || isSame(wanted, user.primaryEmail) ? undefined : wanted;
    // Not even administrators choose passwords and addresses for others: both are ways to become them.
    if (id !== who.actor.id && (movesTo ?? change.password) !== undefined) return err(ownersAlone());
    const current = change.current_password ?? "";
    if (change.password !== undefined && movesTo !== undefined) return err(oneAtATime());
    if (change.password !== undefined) yield* user.changePassword({ current, next: change.password });
    if (movesTo !== undefined) {
      // Whoever has the mailbox can reset the password: a token that was stolen must not be enough.
      yield* user.verify({ password: current });
      yield* doors.commands.requestEmailChange({ email: movesTo });
    }
    yield* uow.commit();
    return ok({ id, name: user.name, email: user.primaryEmail, unconfirmed: movesTo });
  });

/** Forgets who he was. His planets are nobody's then, in the same commit: see `application.ts`. */
export const eraseUser = (application: PlanetsApplication, who: Who, id: string) =>
  application.as(who.actor).transact(async function* ({ uow }) {
    if (id !== who.actor.id) yield* administers(who);
    yield* mayChange(who, yield* uow.accounts.get(id));
    const user = yield* uow.users.get(id);
    return ok(user.erase());
  });

const context = ({ account }: Who) => ({ actor: { kind: "user", account }, hierarchy: defaultRoles }) as const;

/** Whether there is such a user is told to administrators alone. */
const administers = (who: Who) => authorize(isAdministrator, context(who));

const mayChange = (who: Who, target: Account) => authorize(anyOf(canManageSelf, canManageSubordinate), { ...context(who), target });

const isSame = (one: Email, other: Email | null): boolean => other !== null && Email.key(one) === Email.key(other);

const ownersAlone = () =>
  domainError("not-authorized", "users change their passwords and addresses themselves", { permission: "can-manage-self" });

/** A new password makes all codes worthless that were sent before. */
const oneAtATime = () => domainError("one-at-a-time", "a new password and a new e-mail take a request each");
