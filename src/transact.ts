import type { Engine } from "./engine.js";
import type { CommitError, UnitError, WorkThrew } from "./errors.js";
import { attempt } from "./kernel/attempt.js";
import type { ErrOf, OkOf } from "./kernel/attempt.js";
import { domainError, invalidArgument, messageOf } from "./kernel/error.js";
import type { InvalidArgument } from "./kernel/error.js";
import { field } from "./kernel/hostile.js";
import { err, ok } from "./kernel/result.js";
import type { Err, Result } from "./kernel/result.js";
import type { StoreError } from "./ports/store.js";
import { rerun } from "./rerun.js";
import type { Types } from "./types.js";
import { isCommandId, notACommandId } from "./unit/command-id.js";
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
  const answer = await rerun(engine, open, checked.value, async (uow) => {
    const begun = await uow.transaction();
    return begun.isErr() ? err(begun.error) : run(engine, () => work({ uow, tx: begun.value }));
  });
  // `rerun` does any work; this block's own types say what it answers.
  return answer as Answer;
}

async function run(engine: Engine, body: () => ReturnType<Body<Types>>): Promise<Result<unknown, unknown>> {
  try {
    return await attempt(body);
  } catch (thrown) {
    return err(engine.store.interpret?.(thrown) ?? (domainError("work-threw", messageOf(thrown), { cause: thrown }) satisfies WorkThrew));
  }
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
