/** Sets of ids by key. They are changed id by id, because several transactions may add to the same set at once. */
export interface Holders {
  /** Sorted. */
  of(key: string): readonly string[];
  set(key: string, id: string, holds: boolean): void;
}

export class StoredHolders implements Holders {
  /** Most keys have one holder only: a set of it would be as large as everything else of its row. */
  readonly #ids = new Map<string, string | Set<string>>();

  of(key: string): readonly string[] {
    const ids = this.#ids.get(key) ?? [];
    return typeof ids === "string" ? [ids] : [...ids].sort();
  }

  set(key: string, id: string, holds: boolean): void {
    const ids = this.#ids.get(key);
    if (ids instanceof Set) {
      if (holds) ids.add(id);
      else ids.delete(id);
      if (ids.size === 0) this.#ids.delete(key);
    } else if (ids === undefined || ids === id) {
      if (holds) this.#ids.set(key, id);
      else this.#ids.delete(key);
    } else if (holds) this.#ids.set(key, new Set([ids, id]));
  }
}

/** Reads through to other holders, and keeps its own changes apart until they are applied. */
export class HoldersOverlay implements Holders {
  readonly #base: Holders;
  #changes: Map<string, Map<string, boolean>> | undefined;

  constructor(base: Holders) {
    this.#base = base;
  }

  of(key: string): readonly string[] {
    const changes = this.#changes?.get(key);
    const before = this.#base.of(key);
    if (changes === undefined) return before;
    const added = [...changes].flatMap(([id, holds]) => (holds && !before.includes(id) ? [id] : []));
    return [...before.filter((id) => changes.get(id) !== false), ...added].sort();
  }

  set(key: string, id: string, holds: boolean): void {
    this.#changes ??= new Map();
    const changes = this.#changes.get(key) ?? new Map<string, boolean>();
    this.#changes.set(key, changes.set(id, holds));
  }

  apply(): void {
    for (const [key, changes] of this.#changes ?? []) for (const [id, holds] of changes) this.#base.set(key, id, holds);
  }
}
