import { answered } from "../answered.js";
import type { Engine } from "../engine.js";
import type { CommitError, InvalidScope } from "../errors.js";
import { invalidArgument } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import { field } from "../kernel/hostile.js";
import { err, ResultAsync } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Scope } from "../kernel/scope.js";
import type { StoreFailed } from "../ports/store.js";
import { measured } from "../measured.js";
import { rerun } from "../rerun.js";
import type { Types } from "../types.js";
import { isCommandId, notACommandId } from "../unit/command-id.js";
import { UnitContext } from "../unit/context.js";
import type { Repository, UnitRepository } from "../unit/repository.js";
import { Unit } from "../unit-of-work.js";
import type { UnitOfWork } from "../unit-of-work.js";
import type { ChallengesDefinition } from "../users/challenges/challenges.js";
import type { UserDefinition } from "../users/definition.js";
import { Prover } from "../users/prover.js";
import type { AccountDefinition } from "./definition.js";

/** What commands and queries are given: the application, and the scope in which they were asked. */
export interface CommandContext {
  readonly engine: Engine;
  readonly scope: Scope;
  /** Why nothing may be done in this scope; undefined for a good one. */
  readonly problem: InvalidScope | undefined;
  open(options?: { readonly managed?: boolean; readonly actor?: string }): UnitOfWork<Types>;
}

/** A unit of work as commands see it: their own repositories, and the inside that proofs and reads take. */
export interface CommandUnit {
  readonly unit: UnitContext;
  readonly users: Repository<UserDefinition<object, object, Types["methods"]>>;
  readonly accounts: Repository<AccountDefinition> & Pick<UnitRepository, "adopt">;
  readonly challenges: Repository<ChallengesDefinition>;
}

export function commandUnit<T extends Types>(unit: Unit<T>): CommandUnit {
  // Every application registers them; the unit's own type only knows them once `T` is known.
  const { users, accounts, challenges } = unit as Unit<T> & Omit<CommandUnit, "unit">;
  return { unit: Unit.contextOf(unit), users, accounts, challenges };
}

/** What proves somebody in this scope: outside of every unit of work, because its traces stay whatever becomes of one. */
export const proverIn = ({ engine, scope, problem }: CommandContext): Prover =>
  new Prover(engine.users, new UnitContext(engine, scope, { problem }));

/** Of the caller's own making, never of a request body's. */
export interface NewUserOptions {
  /** The new user's id, where the host has ids of its own. */
  readonly id?: string;
}

export interface CommandOptions {
  /**
   * Recognises a retry: the same actor's command of this id has one effect, and every later call gets the first one's answer, whatever
   * it asks for. An id is one command's.
   */
  readonly commandId?: string;
}

/** Runs a command in a unit of its own and commits; a lost race is run again from fresh reads. */
export async function inUnit<Value, E>(
  context: CommandContext,
  handler: (unit: CommandUnit) => Promise<Result<Value, E>>,
  { options, actor, again }: { readonly options?: CommandOptions | undefined; readonly actor?: string; readonly again?: string } = {},
): Promise<Result<Value, E | CommitError | InvalidArgument>> {
  const commandId = field(options, "commandId");
  if (commandId !== undefined && !isCommandId(commandId)) return err(invalidArgument("commandId", notACommandId));
  const open = () => context.open(actor === undefined ? { managed: true } : { managed: true, actor });
  const answer = await rerun(context.engine, open, { retries: RETRIES, commandId, ...(again === undefined ? {} : { again }) }, (uow) =>
    handler(commandUnit(uow)),
  );
  // `rerun` does any work; this handler's own types say what it answers.
  return answer as Result<Value, E | CommitError>;
}

const RETRIES = 5;

/** A command's or a query's answer, traced and measured under its name. */
export const measuredAnswer = <Value, E>(
  context: CommandContext,
  kind: "command" | "query",
  name: string,
  command: () => Promise<Result<Value, E>>,
): ResultAsync<Value, E | StoreFailed> => new ResultAsync(measured(context, kind, name, () => answered(command)));
