import type { InvalidScope } from "../errors.js";
import { AnyAggregate } from "../kernel/aggregate.js";
import { invalidArgument } from "../kernel/error.js";
import type { DomainError, InvalidArgument } from "../kernel/error.js";
import { field } from "../kernel/hostile.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { LoadFailure, StoreError } from "../ports/store.js";
import { occasion } from "../unit/guard-event.js";
import { identifiersOf } from "../users/definition.js";
import type { RegisteredUser } from "../users/registration.js";
import type { UserState } from "../users/state.js";
import type { CommandContext } from "./context.js";
import { trace } from "./session-events.js";

/** With enumeration protection: the same answer whether the address was free or is somebody's. The inbox knows. */
export interface CheckInbox {
  readonly status: "check-inbox";
}

/**
 * What a sign-up must leave out then. Taken only where the address was free, a username or an id of one's own would tell by a second
 * sign-up what became of the first.
 */
export function withoutNames(input: unknown, id: unknown): Result<void, InvalidArgument> {
  const name = field(input, "username") !== undefined ? "username" : id !== undefined ? "id" : undefined;
  return name === undefined ? ok(undefined) : err(invalidArgument(name, "is chosen after the first log-in: enumeration protection is on"));
}

/** Who holds one of the new user's addresses; nobody when all are free. */
export async function holderOf(
  { engine, scope, problem }: CommandContext,
  user: RegisteredUser,
): Promise<Result<string | undefined, LoadFailure | InvalidScope>> {
  if (problem !== undefined) return err(problem);
  // The state of a user is the users context's own.
  const unique = identifiersOf(AnyAggregate.stateOf(user) as UserState).filter(({ shared }) => shared !== true);
  const held = await engine.store.held(scope.tenant, "user", unique);
  return held.map(([first]) => first?.id);
}

/** Milliseconds, several times what a hash and two statements take: how long whatever must tell nothing takes at least. */
export const QUIET = 100;

export const isAddressTaken = ({ code }: DomainError): boolean => code === "email-taken" || code === "phone-taken";

/** Leaves the trace from which the holder can be told, in the place of the commit that a free address would have had. */
export async function askForInbox({ engine, scope }: CommandContext, holder: string | null): Promise<Result<CheckInbox, StoreError>> {
  const counter = "sign-up";
  const { event, stored } = trace(engine, occasion(engine, scope), "sign-up-repeated", {}, { counter, subject: holder });
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
