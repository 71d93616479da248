import type { Ambiguous, LoadError, NotFound, UnitClosed, InvalidScope } from "../errors.js";
import { AnyAggregate } from "../kernel/aggregate.js";
import type { Root } from "../kernel/aggregate.js";
import type { AggregateDefinition, AggregateOf, CreateFailureOf, Identifier, InputOf } from "../kernel/definition.js";
import { domainError, invalidArgument, messageOf } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import type { EventDefinitions } from "../kernel/event.js";
import { deepFreeze } from "../kernel/freeze.js";
import { field } from "../kernel/hostile.js";
import { err, ok, ResultAsync } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Lookup, StoredAggregate, StoreFailed } from "../ports/store.js";
import { asOf } from "./as-of.js";
import type { AsOf } from "./as-of.js";
import { decode } from "./change.js";
import type { UnitContext } from "./context.js";
import { isKey, LONGEST_ID, LONGEST_KEY, LONGEST_KIND } from "./keys.js";

export interface GetOptions {
  /** Holds the aggregate against every other writer until the unit's transaction ends: for rules that span aggregates. */
  readonly lock?: "update";
  /** Finds one that is removed, too: for whoever has to show or to erase it. */
  readonly removed?: boolean;
}

/** What a unit of work offers for each kind of aggregate, as `uow.users`, `uow.planets`, … */
export interface Repository<D> {
  /** A new one, with an id of denizen's or of yours. Nothing is written before the commit. */
  create(
    input: InputOf<D>,
    options?: { readonly id?: string },
  ): ResultAsync<AggregateOf<D>, CreateFailureOf<D> | UnitClosed | InvalidScope | InvalidArgument>;
  /** Takes in one that was made outside of a unit, with `newRoot`. */
  add(aggregate: AggregateOf<D>): Result<AggregateOf<D>, UnitClosed | InvalidScope | InvalidArgument>;
  get(id: string, options?: GetOptions): ResultAsync<AggregateOf<D>, NotFound | LoadError | InvalidArgument>;
  /** The one that holds an identifier; `ambiguous` when several share it. */
  find(identifier: Identifier, options?: GetOptions): ResultAsync<AggregateOf<D>, NotFound | Ambiguous | LoadError | InvalidArgument>;
  /**
   * As it was at a version, or at a time (a date, or ISO 8601): folded from what is committed, in one read. It is
   * in no unit of work, so nothing that it records is ever written. `not-found` when it was not there then, or was removed; of one
   * that has been erased since there is what erasure has left.
   */
  asOf(id: string, when: AsOf): ResultAsync<AggregateOf<D>, NotFound | LoadError | InvalidArgument>;
}

/** One kind of aggregate in one unit of work. */
export class UnitRepository implements Repository<AggregateDefinition> {
  readonly #unit: UnitContext;
  readonly #definition: AggregateDefinition;

  constructor(unit: UnitContext, definition: AggregateDefinition) {
    this.#unit = unit;
    this.#definition = definition;
  }

  create(input: unknown, options?: { readonly id?: string }): ReturnType<Repository<AggregateDefinition>["create"]> {
    return new ResultAsync(this.#create(input, field(options, "id")));
  }

  add(aggregate: AnyAggregate): ReturnType<Repository<AggregateDefinition>["add"]> {
    const usable = this.#unit.usable();
    if (usable.isErr()) return err(usable.error);
    if (!AnyAggregate.is(aggregate) || aggregate.version !== AnyAggregate.pendingOf(aggregate).length) {
      return err(invalidArgument("aggregate", "is not a new aggregate"));
    }
    const kind = AnyAggregate.pendingOf(aggregate)[0]?.publisher.kind;
    if (kind !== this.#definition.kind)
      return err(invalidArgument("aggregate", `is not a ${this.#definition.kind} that has recorded its first event`));
    return this.#takeIn(aggregate);
  }

  get(id: string, options?: GetOptions): ReturnType<Repository<AggregateDefinition>["get"]> {
    return new ResultAsync(this.#reading(() => this.#get(id, readIn(options))));
  }

  find(identifier: Identifier, options?: GetOptions): ReturnType<Repository<AggregateDefinition>["find"]> {
    return new ResultAsync(this.#reading(() => this.#find(identifier, readIn(options))));
  }

  asOf(id: string, when: AsOf): ReturnType<Repository<AggregateDefinition>["asOf"]> {
    return new ResultAsync(this.#reading(() => this.#asOf(id, when)));
  }

  /** Takes in what was read elsewhere in one statement with other things; undefined for one that is removed. */
  adopt(stored: StoredAggregate): Result<AnyAggregate | undefined, LoadError> {
    const usable = this.#unit.usable();
    if (usable.isErr()) return err(usable.error);
    return this.#adopt(stored, { lock: false, removed: false }).orElse((error) =>
      error.code === "not-found" ? ok(undefined) : err(error),
    );
  }

  async #create(
    input: unknown,
    id: unknown = this.#unit.engine.ids.next(),
  ): Promise<Awaited<ReturnType<Repository<AggregateDefinition>["create"]>>> {
    const usable = this.#unit.usable();
    if (usable.isErr()) return err(usable.error);
    if (!isId(id)) return err(invalidArgument("id", notAnId));
    const aggregate = this.#definition.from(this.#root(id, 0, undefined), this.#unit);
    try {
      const created = await this.#definition.create(aggregate, input);
      if (created.isErr()) return err(created.error);
    } catch (thrown) {
      return err(invalidArgument("input", `made the definition's create throw: ${messageOf(thrown)}`));
    }
    return this.#takeIn(aggregate);
  }

  /** A new one comes into the unit, unless that has ended meanwhile or has another one under this id. */
  #takeIn(aggregate: AnyAggregate): Result<AnyAggregate, UnitClosed | InvalidScope | InvalidArgument> {
    const usable = this.#unit.usable();
    if (usable.isErr()) return err(usable.error);
    const other = this.#unit.aggregates.get(this.#definition.kind, aggregate.id);
    if (other !== undefined && other.aggregate !== aggregate) return err(invalidArgument("id", "is that of another one in this unit"));
    this.#track(aggregate, 0, undefined);
    return ok(aggregate);
  }

  async #get(id: string, options: Read): Promise<Result<AnyAggregate, NotFound | LoadError | InvalidArgument>> {
    if (!isId(id)) return err(invalidArgument("id", notAnId));
    const tracked = this.#unit.aggregates.get(this.#definition.kind, id);
    if (tracked !== undefined && !options.lock) {
      const usable = this.#unit.usable();
      return usable.isErr() ? err(usable.error) : this.#present(tracked.aggregate, options);
    }
    const found = await this.#load({ kind: this.#definition.kind, id }, options.lock);
    if (found.isErr()) return err(found.error);
    const [stored] = found.value;
    return stored === undefined ? err(notFound(this.#definition.kind)) : this.#adopt(stored, options);
  }

  async #find(identifier: unknown, options: Read): Promise<Result<AnyAggregate, NotFound | Ambiguous | LoadError | InvalidArgument>> {
    const { kind } = this.#definition;
    const [name, key] = [field(identifier, "kind"), field(identifier, "key")];
    if (!isKey(name, LONGEST_KIND) || !isKey(key, LONGEST_KEY))
      return err(invalidArgument("identifier", "must be { kind, key } of well-formed strings"));
    const shared = field(identifier, "shared") === true;
    const found = await this.#load({ kind, identifier: { kind: name, key, shared } }, options.lock);
    if (found.isErr()) return err(found.error);
    const present = found.value.filter(({ state }) => options.removed || !this.#isRemoved(this.#decode(state)));
    const [stored, another] = present;
    if (stored === undefined) return err(notFound(kind));
    return another === undefined
      ? this.#adopt(stored, options)
      : err(domainError("ambiguous", `more than one ${kind} shares this ${name}`, { kind }));
  }

  async #asOf(id: string, when: AsOf): Promise<Result<AnyAggregate, NotFound | LoadError | InvalidArgument>> {
    if (!isId(id)) return err(invalidArgument("id", notAnId));
    const past = await asOf(this.#unit, this.#definition, id, when);
    if (past.isErr()) return err(past.error);
    return past.value === undefined ? err(notFound(this.#definition.kind)) : this.#present(past.value, { lock: false, removed: false });
  }

  /** A definition that throws over what is stored has not read it: told as a failure of the store, which is where it has to be mended. */
  async #reading<Value, E>(read: () => Promise<Result<Value, E>>): Promise<Result<Value, E | StoreFailed>> {
    try {
      return await read();
    } catch {
      const { kind } = this.#definition;
      return err(
        domainError("store-failed", `a stored ${kind} could not be read: its definition threw`, { detail: `definition of ${kind}` }),
      );
    }
  }

  async #load(lookup: Lookup, lock: boolean): Promise<Result<readonly StoredAggregate[], LoadError>> {
    const usable = this.#unit.usable();
    if (usable.isErr()) return err(usable.error);
    const reader = lock ? await this.#unit.begin() : await this.#unit.reader();
    // Two are enough to know that there are several: removed ones share nothing any more.
    return reader.isErr() ? err(reader.error) : reader.value.load(this.#unit.scope.tenant, lookup, { limit: 2, lock });
  }

  /** The same id gives the same object; a locked one that has moved on since it was first read is a lost race. */
  #adopt({ id, version, state }: StoredAggregate, options: Read): Result<AnyAggregate, NotFound | LoadError> {
    const { kind } = this.#definition;
    const tracked = this.#unit.aggregates.get(kind, id);
    if (tracked === undefined) {
      const decoded = this.#decode(state);
      const aggregate = this.#definition.from(this.#root(id, version, decoded), this.#unit);
      this.#track(aggregate, version, decoded);
      return this.#present(aggregate, options);
    }
    if (tracked.savedVersion === version || !options.lock) return this.#present(tracked.aggregate, options);
    return err(domainError("concurrency-conflict", `this ${kind} has changed since it was read`, { aggregates: [{ kind, id }] }));
  }

  #present(aggregate: AnyAggregate, { removed }: Read): Result<AnyAggregate, NotFound> {
    return !removed && this.#isRemoved(AnyAggregate.stateOf(aggregate)) ? err(notFound(this.#definition.kind)) : ok(aggregate);
  }

  #isRemoved(state: unknown): boolean {
    return this.#definition.isRemoved?.(state) === true;
  }

  #decode(state: StoredAggregate["state"]): unknown {
    return deepFreeze(decode(this.#definition, state));
  }

  #root(id: string, version: number, state: unknown): Root<unknown, EventDefinitions> {
    return { behaviour: this.#definition, facts: this.#unit.engine.facts, id, version, state };
  }

  #track(aggregate: AnyAggregate, savedVersion: number, savedState: unknown): void {
    this.#unit.aggregates.add({ definition: this.#definition, aggregate, savedVersion, savedState });
  }
}

type Read = { readonly lock: boolean; readonly removed: boolean };

const readIn = (options: unknown): Read => ({ lock: field(options, "lock") === "update", removed: field(options, "removed") === true });

const notAnId = `must be a well-formed string of 1 to ${LONGEST_ID} characters`;

const isId = (value: unknown): value is string => isKey(value, LONGEST_ID);

const notFound = (kind: string): NotFound => domainError("not-found", `there is no such ${kind}`, { kind });
