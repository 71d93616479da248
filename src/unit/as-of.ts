import type { LoadError } from "../errors.js";
import type { AnyAggregate } from "../kernel/aggregate.js";
import { instantIn } from "../kernel/clock.js";
import type { Timestamp } from "../kernel/clock.js";
import type { AggregateDefinition } from "../kernel/definition.js";
import { detached } from "../kernel/detached.js";
import { domainError, invalidArgument } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import { oneField } from "../kernel/input.js";
import { rebuild } from "../kernel/rebuild.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { StoredEvent } from "../ports/store.js";
import { recordedForm } from "./batch.js";
import type { UnitContext } from "./context.js";

/** When: after so many events, or at an instant. Clocks of several machines differ, so that is: up to the last event that occurred by then. */
export type AsOf = { readonly version: number } | { readonly time: Timestamp | Date };

/** An aggregate as it was; undefined when it was not there. Throws what its definition throws over events of its own. */
export async function asOf(
  unit: UnitContext,
  definition: AggregateDefinition,
  id: string,
  when: unknown,
): Promise<Result<AnyAggregate | undefined, LoadError | InvalidArgument>> {
  const wanted = cutAt(when);
  if (wanted.isErr()) return err(wanted.error);
  const usable = unit.usable();
  if (usable.isErr()) return err(usable.error);
  const { engine, scope } = unit;
  const { kind, events } = definition;
  const history = await engine.store.history(scope.tenant, { kind, id });
  if (history.isErr()) return err(history.error);
  const past = wanted.value(history.value);
  if (past.length === 0) return ok(undefined);
  const root = rebuild(
    definition,
    engine.facts,
    past.map((event) => recordedForm(event, events[event.type])),
  );
  return root
    .map((made) => definition.from(made, detached(scope)))
    .mapErr(({ reason }) =>
      domainError("store-failed", `the events of a stored ${kind} do not make one: ${reason}`, { detail: `history of ${kind}` }),
    );
}

/** What of a history had happened then. */
type Cut = (history: readonly StoredEvent[]) => readonly StoredEvent[];

function cutAt(when: unknown): Result<Cut, InvalidArgument> {
  const [name, value] = oneField(when) ?? [];
  if (name === "version" && typeof value === "number" && Number.isSafeInteger(value) && value > 0) {
    return ok((history) => (value > history.length ? [] : history.slice(0, value)));
  }
  const time = name === "time" ? instantIn(value) : undefined;
  return time === undefined
    ? err(invalidArgument("when", "must be { version }, a whole number from 1 on, or { time }, a date or what Date reads as one"))
    : ok((history) => history.slice(0, history.findLastIndex(({ occurredAt }) => occurredAt <= time) + 1));
}
