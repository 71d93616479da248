import type { InvalidScope } from "../errors.js";
import { AnyAggregate } from "../kernel/aggregate.js";
import type { DomainError } from "../kernel/error.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { LoadFailure, StoreError } from "../ports/store.js";
import type { UserTaken } from "../users/errors.js";
import { userTaken } from "../users/errors.js";
import { identifiersOf } from "../users/definition.js";
import type { RegisteredUser } from "../users/registration.js";
import type { UserState } from "../users/state.js";
import type { CommandContext } from "./context.js";
import { trace } from "./session-events.js";

/** With enumeration protection: the same answer whether the address was free or is somebody's. The inbox knows. */
export interface CheckInbox {
  readonly status: "check-inbox";
}

/** The identifiers that are public by their nature: that one is taken may be told. */
const PUBLIC: ReadonlySet<string> = new Set(["username", "username-skeleton"]);

/**
 * Whether somebody holds an identifier of the new user: who, if it is an address. A taken username is an error with and without a
 * taken address, so that it tells nothing of one.
 */
export async function unlessHeld(
  { engine, scope, problem }: CommandContext,
  user: RegisteredUser,
): Promise<Result<string | undefined, UserTaken | LoadFailure | InvalidScope>> {
  if (problem !== undefined) return err(problem);
  // The state of a user is the users context's own.
  const unique = identifiersOf(AnyAggregate.stateOf(user) as UserState).filter(({ shared }) => shared !== true);
  const held = await engine.store.held(scope.tenant, "user", unique);
  if (held.isErr()) return err(held.error);
  const name = held.value.find(({ kind }) => PUBLIC.has(kind));
  if (name !== undefined) return err(name.kind === "username" ? userTaken.username(name.key) : userTaken["username-skeleton"]());
  return ok(held.value[0]?.id);
}

export const isAddressTaken = ({ code }: DomainError): boolean => code === "email-taken" || code === "phone-taken";

/** Leaves the trace from which the holder can be told, in the place of the commit that a free address would have had. */
export async function askForInbox({ engine, scope }: CommandContext, holder: string | null): Promise<Result<CheckInbox, StoreError>> {
  const counter = "sign-up";
  const { event, stored } = trace(engine, scope, "sign-up-repeated", {}, { counter, subject: holder });
  const settled = await engine.store.attempts.settle({
    tenant: scope.tenant,
    method: counter,
    counter,
    succeeded: false,
    events: [stored],
  });
  if (settled.isErr()) return err(settled.error);
  engine.bus.ring([event]);
  return ok({ status: "check-inbox" });
}
