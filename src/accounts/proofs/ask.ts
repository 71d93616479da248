import type { CommitError, InvalidScope, LoadError } from "../../errors.js";
import { AnyAggregate } from "../../kernel/aggregate.js";
import { timestamp } from "../../kernel/clock.js";
import { notBefore } from "../../kernel/deadline.js";
import { domainError } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { Lookup, StoreError } from "../../ports/store.js";
import type { ChallengePurpose } from "../../users/challenges/events.js";
import type { TooManyAttempts } from "../../users/errors.js";
import type { UserState } from "../../users/state.js";
import { inUnit } from "../context.js";
import type { CommandContext, CommandUnit } from "../context.js";
import { QUIET } from "../quiet-sign-up.js";
import type { Addressee } from "./addressee.js";
import { challengesOf, issueChallenge } from "./issue-challenge.js";
import { whose } from "./whose.js";

/** Of a commit of which nobody has said yet what can veto it, where `T` is left out. */
export type AskError<T extends Types = Types> = TooManyAttempts | LoadError | CommitError<T> | StoreError | InvalidScope | InvalidArgument;

/** For what, of whom, and to which of his addresses; nothing is sent where there is none. */
export interface Asking {
  readonly purpose: ChallengePurpose;
  readonly target: Lookup;
  addressee(user: UserState): Addressee | undefined;
}

/**
 * Asks for a code or a link. The answer is the same whether anybody is there, and whether something was sent; it does not wait for
 * the sending. The next one can be asked for after the cool-down, also by a stranger for a stranger.
 */
export const ask = <T extends Types>(context: CommandContext, asking: Asking): Promise<Result<void, AskError<T>>> => {
  // The unit's own subscribers, which `T` names, say how it fails.
  const work = () => askNow(context, asking) as Promise<Result<void, AskError<T>>>;
  return context.engine.accounts.enumerationProtection ? notBefore(QUIET, work) : work();
};

async function askNow(context: CommandContext, { purpose, target, addressee }: Asking): Promise<Result<void, AskError>> {
  const { engine, scope, problem } = context;
  if (problem !== undefined) return err(problem);
  const { coolDown } = engine.users.challenges;
  const { tenant } = scope;
  const method = `ask-${purpose}`;
  const counted = await engine.store.attempts.count({
    tenant,
    target,
    method,
    stranger: await engine.users.stranger(JSON.stringify([tenant, target])),
    at: timestamp(engine.clock.now()),
    lockout: { limit: 1, first: coolDown, longest: coolDown, memory: coolDown },
  });
  if (counted.isErr()) return err(counted.error);
  const { refusedUntil: retryAt, aggregate, counter } = counted.value;
  if (retryAt !== null) return err(domainError("too-many-attempts", "this was asked for a moment ago: wait, then ask again", { retryAt }));
  const userId = aggregate?.id ?? engine.ids.next();
  const issued = await inUnit(context, (inside) => issue(inside, userId, purpose, addressee), { again: "id-taken" });
  if (issued.isErr()) return err(issued.error);
  // As many statements where nothing is sent.
  return issued.value ? ok(undefined) : engine.store.attempts.settle({ tenant, method, counter, succeeded: false, events: [] });
}

/** Whether anything is sent. Reads as much for nobody. */
async function issue(
  inside: CommandUnit,
  userId: string,
  purpose: ChallengePurpose,
  addressee: Asking["addressee"],
): Promise<Result<boolean, LoadError | InvalidArgument>> {
  const found = await whose(inside, userId);
  if (found.isErr()) return err(found.error);
  // The state of a user is the users context's own.
  const to = found.value && addressee(AnyAggregate.stateOf(found.value.user) as UserState);
  if (found.value === undefined || to === undefined) return (await challengesOf(inside, userId)).map(() => false);
  return (await issueChallenge(inside, found.value, { purpose, ...to })).map(() => true);
}
