import { UnitCommands } from "./accounts/commands/in-unit.js";
import type { CommandContext } from "./accounts/context.js";
import type { Engine } from "./engine.js";
import type { InvalidScope } from "./errors.js";
import type { Scope } from "./kernel/scope.js";
import type { Types } from "./types.js";
import { UnitContext } from "./unit/context.js";
import type { UnitOptions } from "./unit/context.js";
import { Unit } from "./unit-of-work.js";
import type { UnitOfWork } from "./unit-of-work.js";

/** A unit of work with everything that is offered on it. */
export function openUnit<T extends Types>(engine: Engine, scope: Scope, options: UnitOptions): UnitOfWork<T> {
  const unit = new Unit<T>(new UnitContext(engine, scope, options));
  // Its constructor has put one repository for each definition on it; only the engine's wiring knows that they are T's.
  return Object.assign(unit, { commands: new UnitCommands(unit) }) as UnitOfWork<T>;
}

/** What commands and queries work with, in a scope. */
export const contextIn = (engine: Engine, scope: Scope, problem?: InvalidScope): CommandContext => ({
  engine,
  scope,
  problem,
  open: ({ actor, managed = false } = {}) =>
    openUnit(engine, actor === undefined ? scope : { ...scope, actor, principal: undefined }, { managed, problem }),
});
