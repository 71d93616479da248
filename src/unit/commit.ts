import { AnyAggregate } from "../kernel/aggregate.js";
import { domainError } from "../kernel/error.js";
import type { DomainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { timestamp } from "../kernel/clock.js";
import type { Json } from "../kernel/json.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { measured } from "../measured.js";
import type { CommitError, InvalidScope, NotStorable, SubscriberLoop, UnitClosed, Vetoed } from "../errors.js";
import { runSubscribers } from "../messaging/run-subscribers.js";
import type {
  CommandOutcome,
  CommandRepeated,
  CommitFailure,
  CommitRecord,
  FlushError,
  Position,
  StoreTransaction,
  TransactionBroken,
} from "../ports/store.js";
import { gather, settle } from "./batch.js";
import type { Batch } from "./batch.js";
import type { UnitContext } from "./context.js";

/** What `commit()` answers. */
export interface Committed {
  readonly commitId: string;
  /** Where its last event stands in the log; null when there was nothing to write and no transaction open. */
  readonly position: Position | null;
  /** Set when this command was committed before: nothing was written now, and this is what was answered then. */
  readonly repeated?: { readonly outcome: Json };
}

export interface CommitOptions {
  /** Recognises a retry: the same actor and id commit once, and every later one gets the first one's answer. */
  readonly command?: { readonly id: string; readonly outcome?: Json };
}

/** Subscribers may answer events with changes, those with others, and so on; deeper than this it is a loop. */
const MAX_DEPTH = 32;

type Failure = CommitFailure | Vetoed<DomainError> | SubscriberLoop | NotStorable | UnitClosed | InvalidScope;

/** Commits a unit whose phase is `committing`. Any failure ends the unit. */
export const commitUnit = (
  unit: UnitContext,
  subscriberUnit: SubscriberUnit,
  options: CommitOptions,
): Promise<Result<Committed, CommitError>> =>
  measured(
    unit,
    "commit",
    undefined,
    () => commit(unit, subscriberUnit, options),
    () => ({ "denizen.events": pendingIn(unit) }),
  );

const pendingIn = ({ aggregates }: UnitContext): number =>
  aggregates.changed().reduce((sum, { aggregate }) => sum + AnyAggregate.pendingOf(aggregate).length, 0);

async function commit(unit: UnitContext, subscriberUnit: SubscriberUnit, options: CommitOptions): Promise<Result<Committed, CommitError>> {
  const commitId = unit.engine.ids.next();
  const record = recordOf(unit, commitId, options);
  const written: DomainEvent[] = [];
  const outcome = await write(unit, subscriberUnit, record, written);
  if (outcome.isErr()) {
    await unit.close();
    return afterFailure(unit, record, outcome.error);
  }
  if (unit.joined) unit.unannounced.push(...written);
  else unit.engine.bus.ring(written);
  return ok({ commitId, position: outcome.value });
}

/** What subscribers get as `unit`; `tx` is the open transaction's, set while they run. */
export type SubscriberUnit = (transaction: StoreTransaction<unknown>) => unknown;

async function write(
  unit: UnitContext,
  subscriberUnit: SubscriberUnit,
  record: CommitRecord,
  written: DomainEvent[],
): Promise<Result<Position | null, Failure>> {
  const gathered = gather(unit, record.commitId);
  if (gathered.isErr()) return err(gathered.error);
  const batch = gathered.value;
  if (!unit.inTransaction && !batch.events.some((event) => subscribersOf(unit, event) > 0)) {
    if (isEmpty(batch) && record.command === undefined) return ok(null);
    const committed = await unit.engine.store.commit(batch.changes, record);
    if (committed.isErr()) return err(committed.error);
    settle(unit, batch);
    written.push(...batch.events);
    return ok(committed.value);
  }
  const begun = await unit.begin();
  if (begun.isErr()) return err(begun.error);
  const flushed = await flushUntilQuiet(unit, begun.value, subscriberUnit(begun.value), batch, written);
  // Disposed meanwhile: its transaction was rolled back, whatever came of the flush.
  const usable = unit.usable();
  if (usable.isErr()) return err(usable.error);
  if (flushed.isErr()) return err(flushed.error);
  const transaction = await unit.takeTransaction();
  return transaction === undefined ? ok(null) : transaction.commit(record);
}

async function flushUntilQuiet(
  unit: UnitContext,
  transaction: StoreTransaction<unknown>,
  view: unknown,
  first: Batch,
  written: DomainEvent[],
): Promise<Result<void, Failure | TransactionBroken>> {
  const { engine } = unit;
  let batch = first;
  const erased = new Set<string>();
  for (let depth = 0; !isEmpty(batch); depth++) {
    if (depth === MAX_DEPTH) {
      return err(domainError("subscriber-loop", `subscribers went on for ${MAX_DEPTH} rounds`, { depth: MAX_DEPTH }));
    }
    const flushed = await transaction.flush({ ...batch.changes, erased: [] });
    if (flushed.isErr()) return err(flushed.error);
    settle(unit, batch);
    batch.changes.erased.forEach((subject) => erased.add(subject));
    written.push(...batch.events);
    const ran = await runSubscribers(batch.events, [engine.subscriptions, unit.subscriptions], {
      unit: view,
      timeout: engine.subscriberTimeout,
      interpret: (thrown) => engine.store.interpret?.(thrown),
    });
    if (ran.isErr()) return err(ran.error);
    const usable = unit.usable();
    if (usable.isErr()) return err(usable.error);
    const next = gather(unit, first.commitId);
    if (next.isErr()) return err(next.error);
    batch = next.value;
  }
  // Last of all: then it sees what subscribers have recorded, and what came in before their accounts were closed.
  const { tenant } = unit.scope;
  return erased.size === 0 ? ok(undefined) : transaction.flush({ tenant, aggregates: [], events: [], vault: [], erased: [...erased] });
}

const isEmpty = ({ changes }: Batch): boolean => changes.events.length === 0 && changes.vault.length === 0;

const subscribersOf = ({ engine, subscriptions }: UnitContext, event: DomainEvent): number =>
  engine.subscriptions.for(event).length + subscriptions.for(event).length;

function recordOf({ engine, scope }: UnitContext, commitId: string, { command }: CommitOptions): CommitRecord {
  const record = { commitId, tenant: scope.tenant, at: timestamp(engine.clock.now()) };
  return command === undefined ? record : { ...record, command: { actor: scope.actor, id: command.id, outcome: command.outcome ?? null } };
}

/** A command that was carried out before is answered as then, whatever stood in the way of doing it again. */
async function afterFailure(
  unit: UnitContext,
  { command, tenant }: CommitRecord,
  failure: Failure,
): Promise<Result<Committed, CommitError>> {
  if (failure.code === "command-repeated") return ok(replay(failure.record));
  if (command !== undefined) {
    const earlier = await unit.engine.store.findCommand(tenant, command.actor, command.id);
    if (earlier.isOk() && earlier.value !== undefined) return ok(replay(earlier.value));
  }
  return err(publicError(unit, failure));
}

const replay = ({ commitId, position, outcome }: CommandOutcome): Committed => ({ commitId, position, repeated: { outcome } });

function publicError(unit: UnitContext, failure: Exclude<Failure, CommandRepeated>): CommitError {
  if (failure.code === "transaction-broken") {
    const reason = domainError(failure.code, failure.message);
    return domainError("vetoed", "a statement in the transaction failed and its error was swallowed", { subscriber: "dynamic", reason });
  }
  return failure.code === "identifier-taken" ? named(unit, failure) : failure;
}

/** The domain error by which the aggregate's own definition names a taken identifier. */
function named(unit: UnitContext, failure: Extract<FlushError, { code: "identifier-taken" }>): CommitError {
  const definition = [...unit.engine.definitions.values()].find(({ kind }) => kind === failure.aggregate);
  const taken = definition?.taken ?? {};
  return Object.hasOwn(taken, failure.kind) ? (taken[failure.kind]?.(failure.key) ?? failure) : failure;
}
