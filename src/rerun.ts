import type { Engine } from "./engine.js";
import type { NotStorable } from "./errors.js";
import { domainError, isDomainError } from "./kernel/error.js";
import { findUnstorable } from "./kernel/json.js";
import type { Json } from "./kernel/json.js";
import { err, ok } from "./kernel/result.js";
import type { Result } from "./kernel/result.js";
import type { Types } from "./types.js";
import type { CommitOptions } from "./unit/commit.js";
import { Unit } from "./unit-of-work.js";
import type { UnitOfWork } from "./unit-of-work.js";

export interface Rerun {
  /** How often a lost race is run again. */
  readonly retries: number;
  /** Recognises a retry of the whole command. */
  readonly commandId: string | undefined;
  /** What else than a lost race is run again. */
  readonly again?: string;
}

/** Does the work in a unit that is committed here, as often as it takes: a lost race is run again from fresh reads. */
export async function rerun<T extends Types>(
  engine: Engine,
  open: () => UnitOfWork<T>,
  { retries, commandId, again }: Rerun,
  work: (uow: UnitOfWork<T>) => Promise<Result<unknown, unknown>>,
): Promise<Result<unknown, unknown>> {
  for (let run = 0; ; run++) {
    const uow = open();
    const answer = (await answeredBefore(engine, uow, commandId)) ?? (await once(uow, work, commandId));
    if (answer.isOk() || run >= retries || !isLostRace(answer.error, again)) {
      // Of two at once the later may have failed because the earlier was done: by a rule of the work's own, for instance.
      const earlier = answer.isErr() ? await answeredBefore(engine, uow, commandId) : undefined;
      return earlier?.isOk() ? earlier : answer;
    }
    await pause(engine, run);
  }
}

async function once<T extends Types>(
  uow: UnitOfWork<T>,
  work: (uow: UnitOfWork<T>) => Promise<Result<unknown, unknown>>,
  commandId: string | undefined,
): Promise<Result<unknown, unknown>> {
  await using _ = uow;
  const answer = await work(uow);
  if (answer.isErr()) return err(answer.error);
  const options = optionsOf(commandId, answer.value);
  if (options.isErr()) return err(options.error);
  const committed = await Unit.commitManaged(uow, options.value);
  if (committed.isErr()) return err(committed.error);
  return ok(committed.value.repeated === undefined ? answer.value : answerIn(committed.value.repeated.outcome));
}

/** What this command was answered when it was carried out; nothing when it was not. */
async function answeredBefore<T extends Types>(
  { store }: Engine,
  uow: UnitOfWork<T>,
  commandId: string | undefined,
): Promise<Result<unknown, unknown> | undefined> {
  if (commandId === undefined || Unit.contextOf(uow).problem !== undefined) return undefined;
  const done = await store.findCommand(uow.scope.tenant, uow.scope.actor, commandId);
  if (done.isErr()) return err(done.error);
  return done.value === undefined ? undefined : ok(answerIn(done.value.outcome));
}

// `undefined` is no JSON and the answer of most blocks: the outcome is a list with the answer in it, or with none.
const outcomeOf = (answer: Json | undefined): Json => (answer === undefined ? [] : [answer]);
const answerIn = (outcome: Json): unknown => (Array.isArray(outcome) ? (outcome as readonly Json[])[0] : outcome);

function optionsOf(commandId: string | undefined, answer: unknown): Result<CommitOptions, NotStorable> {
  if (commandId === undefined) return ok({});
  const path = answer === undefined ? undefined : findUnstorable(answer, "the answer of a block with a commandId");
  if (path !== undefined) return err(domainError("not-storable", `cannot be stored as JSON: ${path}`, { path }));
  // `findUnstorable` has just said that it is JSON.
  return ok({ command: { id: commandId, outcome: outcomeOf(answer as Json | undefined) } });
}

const isLostRace = (error: unknown, again: string | undefined): boolean =>
  isDomainError(error) && (error.code === "concurrency-conflict" || error.code === again);

/** Full jitter: those who collided must not collide again. */
async function pause({ random }: Engine, run: number): Promise<void> {
  const share = (random.bytes(1)[0] ?? 0) / 256;
  await new Promise((resolve) => setTimeout(resolve, share * Math.min(5 * 2 ** run, 200)));
}
