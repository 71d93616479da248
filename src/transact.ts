import type { Engine } from "./engine.js";
import type { CommitError, NotStorable, UnitError, WorkThrew } from "./errors.js";
import { attempt } from "./kernel/attempt.js";
import type { ErrOf, OkOf } from "./kernel/attempt.js";
import { domainError, invalidArgument, isDomainError, messageOf } from "./kernel/error.js";
import type { InvalidArgument } from "./kernel/error.js";
import { field } from "./kernel/hostile.js";
import { findUnstorable } from "./kernel/json.js";
import type { Json } from "./kernel/json.js";
import { err, ok } from "./kernel/result.js";
import type { Err, Result } from "./kernel/result.js";
import type { StoreError } from "./ports/store.js";
import type { Types } from "./types.js";
import { isCommandId, notACommandId } from "./unit/command-id.js";
import type { CommitOptions } from "./unit/commit.js";
import { Unit } from "./unit-of-work.js";
import type { UnitOfWork } from "./unit-of-work.js";

export interface TransactOptions {
  /** How often the block is run again after a lost race, from fresh reads. Default 3; 0 to 100. */
  readonly retries?: number;
  /** Recognises a retry of the whole command: it has one effect, and every later call gets the first one's answer, which must be JSON. */
  readonly commandId?: string;
}

/** What the block is given. The commit is not its business: returning `ok` commits, returning or yielding an `err` rolls back. */
export interface Work<T extends Types> {
  readonly uow: Omit<UnitOfWork<T>, "commit" | "committed" | typeof Symbol.asyncDispose>;
  /** The open transaction, for the host's own tables. Revoked when the block has ended. */
  readonly tx: T["tx"];
}

export type TransactError<T extends Types> = CommitError<T> | StoreError | UnitError | WorkThrew | InvalidArgument;

type Body<T extends Types> = (work: Work<T>) => AsyncGenerator<Err<never, unknown>, Result<unknown, unknown>, unknown>;

/** Runs the block and commits, as often as it takes. */
export async function transact<T extends Types, Yielded extends Err<never, unknown>, Returned extends Result<unknown, unknown>>(
  engine: Engine,
  open: () => UnitOfWork<T>,
  work: (work: Work<T>) => AsyncGenerator<Yielded, Returned, unknown>,
  options: TransactOptions | undefined,
): Promise<Result<OkOf<Returned>, ErrOf<Yielded> | ErrOf<Returned> | TransactError<T>>> {
  type Answer = Result<OkOf<Returned>, ErrOf<Yielded> | ErrOf<Returned> | TransactError<T>>;
  const checked = check(work, options);
  if (checked.isErr()) return err(checked.error);
  const { retries, commandId } = checked.value;
  for (let run = 0; ; run++) {
    const uow = open();
    const answer = (await answeredBefore(engine, uow, commandId)) ?? (await once(engine, uow, work, commandId));
    if (answer.isOk() || run >= retries || !isLostRace(answer.error)) {
      // Of two at once the later may have failed because the earlier was done: by a rule of the block's own, for instance.
      const earlier = answer.isErr() ? await answeredBefore(engine, uow, commandId) : undefined;
      // `once` runs any block; this one's own types say what it answers.
      return (earlier?.isOk() ? earlier : answer) as Answer;
    }
    await pause(engine, run);
  }
}

async function once<T extends Types>(
  engine: Engine,
  uow: UnitOfWork<T>,
  work: Body<T>,
  commandId: string | undefined,
): Promise<Result<unknown, unknown>> {
  await using _ = uow;
  const begun = await uow.transaction();
  if (begun.isErr()) return err(begun.error);
  const answer = await run(engine, () => work({ uow, tx: begun.value }));
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

async function run(engine: Engine, body: () => ReturnType<Body<Types>>): Promise<Result<unknown, unknown>> {
  try {
    return await attempt(body);
  } catch (thrown) {
    return err(engine.store.interpret?.(thrown) ?? (domainError("work-threw", messageOf(thrown), { cause: thrown }) satisfies WorkThrew));
  }
}

function optionsOf(commandId: string | undefined, answer: unknown): Result<CommitOptions, NotStorable> {
  if (commandId === undefined) return ok({});
  const path = answer === undefined ? undefined : findUnstorable(answer, "the answer of a block with a commandId");
  if (path !== undefined) return err(domainError("not-storable", `cannot be stored as JSON: ${path}`, { path }));
  // `findUnstorable` has just said that it is JSON.
  return ok({ command: { id: commandId, outcome: outcomeOf(answer as Json | undefined) } });
}

function check(
  work: unknown,
  options: unknown,
): Result<{ readonly retries: number; readonly commandId: string | undefined }, InvalidArgument> {
  const [retries = 3, commandId] = [field(options, "retries"), field(options, "commandId")];
  if (typeof work !== "function") return err(invalidArgument("work", "must be an async generator function"));
  if (typeof retries !== "number" || !Number.isInteger(retries) || retries < 0 || retries > 100) {
    return err(invalidArgument("retries", "must be a whole number from 0 to 100"));
  }
  return commandId === undefined || isCommandId(commandId) ? ok({ retries, commandId }) : err(invalidArgument("commandId", notACommandId));
}

const isLostRace = (error: unknown): boolean => isDomainError(error) && error.code === "concurrency-conflict";

/** Full jitter: those who collided must not collide again. */
async function pause({ random }: Engine, run: number): Promise<void> {
  const share = (random.bytes(1)[0] ?? 0) / 256;
  await new Promise((resolve) => setTimeout(resolve, share * Math.min(5 * 2 ** run, 200)));
}
