import { AnyAggregate } from "../../kernel/aggregate.js";
import type { DomainError } from "../../kernel/error.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import { challengeInvalid } from "../../users/errors.js";
import type { UserState } from "../../users/state.js";
import { stillReaches } from "./addressee.js";
import { startAfresh } from "./first-proof.js";
import { keepAddress } from "./keep-address.js";
import type { Spending } from "./spend-challenge.js";

/**
 * What was sent to somebody proves the address that it was sent to as well; where that is the first proof of one, nothing stays that was
 * set up before. It is void where another address has been proved meanwhile, and this one is a mere claim beside it.
 */
export async function proveAddress(spending: Spending): Promise<Result<void, DomainError>> {
  // The state of a user is the users context's own.
  if (!stillReaches(AnyAggregate.stateOf(spending.user) as UserState, spending.challenge)) return err(challengeInvalid());
  const afresh = startAfresh(spending);
  return afresh.isErr() ? err(afresh.error) : keepAddress(spending);
}
