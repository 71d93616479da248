import { forget } from "./forget.js";
import { HoldersOverlay } from "./holders.js";
import { PendingEvents } from "./pending-events.js";
import type { CommittedTables, Table, Tables } from "./tables.js";

/** Reads through to a table, and keeps its own writes apart until they are applied. Most tables are never written to. */
class Overlay<Value> implements Table<Value> {
  readonly #base: Table<Value>;
  #changes: Map<string, Value | undefined> | undefined;

  constructor(base: Table<Value>) {
    this.#base = base;
  }

  get(at: string): Value | undefined {
    return this.#changes?.has(at) === true ? this.#changes.get(at) : this.#base.get(at);
  }

  set(at: string, value: Value): void {
    this.#write(at, value);
  }

  delete(at: string): void {
    this.#write(at, undefined);
  }

  #write(at: string, value: Value | undefined): void {
    this.#changes ??= new Map();
    this.#changes.set(at, value);
  }

  apply(): void {
    for (const [at, value] of this.#changes ?? []) {
      if (value === undefined) this.#base.delete(at);
      else this.#base.set(at, value);
    }
  }
}

/** Tables over tables: `apply` writes all changes through in one synchronous step, and forgetting them is a rollback. */
export class Layer {
  readonly tables: Tables;
  readonly #base: CommittedTables;
  readonly #overlays: readonly { apply(): void }[];
  readonly #events = new PendingEvents();

  constructor(base: CommittedTables) {
    const overlays = {
      aggregates: new Overlay(base.aggregates),
      unique: new Overlay(base.unique),
      shared: new HoldersOverlay(base.shared),
      materials: new Overlay(base.materials),
      credentials: new HoldersOverlay(base.credentials),
      commits: new Overlay(base.commits),
      commands: new Overlay(base.commands),
      sessions: new Overlay(base.sessions),
    };
    this.tables = { ...overlays, log: this.#events };
    this.#base = base;
    this.#overlays = Object.values(overlays);
  }

  /** Where the last of its events will stand when it is applied now. */
  get position(): number {
    return this.#base.log.last + this.#events.count;
  }

  apply(): void {
    for (const table of this.#overlays) table.apply();
    for (const { tenant, subject } of this.#events.erased) forget(this.#base, tenant, subject);
    this.#events.apply(this.#base.log);
  }
}
