import { AggregateRoot, defineAggregate, erasure, event, ok, personalEvent } from "denizen";
import type { Upcasters } from "denizen";

/** `finder: string, kilos` in version 1; `finder: { name }, kilos` in version 2; `finder: { name }, grams` in version 3. */
type Found = { readonly finder: string | { readonly name: string }; readonly kilos?: number; readonly grams?: number };
type CollectionState = { readonly finder: string | null; readonly grams: number; readonly forgotten: boolean };

export const upcasters: Upcasters = {
  1: ({ finder, ...rest }) => (finder === undefined ? rest : { ...rest, finder: { name: finder } }),
  2: ({ kilos, ...rest }) => ({ ...rest, grams: Number(kilos) * 1000 }),
};

const eventsOf = (version: number, casters: Upcasters) => ({
  "rock-found": personalEvent<Found>(version, casters)("finder"),
  "collection-forgotten": event(),
  "collection-burnt": erasure(),
});

export class Collection extends AggregateRoot<CollectionState, ReturnType<typeof eventsOf>> {
  get grams(): number {
    return this.state.grams;
  }

  get finder(): string | null {
    return this.state.finder;
  }

  find(found: Found): void {
    this.record("rock-found", found);
  }

  /** Erases its owner, who is no user of denizen's. */
  burn(): void {
    this.record("collection-burnt", {});
  }

  forget(): void {
    this.record("collection-forgotten", {});
  }
}

/**
 * What somebody has collected, under his id: an aggregate of a host's that holds personal data, in the release in which the event has
 * this version. It folds the newest shape alone, and that of its own release.
 */
export const collectionsOf = (version: 1 | 2 | 3, casters: Upcasters = upcasters) => {
  const known = Object.fromEntries(Object.entries(casters).filter(([from]) => Number(from) < version));
  return defineAggregate<CollectionState>()({
    kind: "collection",
    events: eventsOf(version, known),
    evolve: (state = { finder: null, grams: 0, forgotten: false }, happened) => {
      if (happened.type !== "rock-found") return { ...state, finder: null, forgotten: true };
      const { finder, kilos, grams = (kilos ?? 0) * 1000 } = happened.payload;
      if (version === 3 && (typeof finder === "string" || kilos !== undefined)) throw new Error("an event was not brought up to date");
      const name = typeof finder === "object" ? finder.name : (finder ?? null);
      return { ...state, finder: name, grams: state.grams + grams };
    },
    subject: (id) => id,
    from: (root) => new Collection(root),
    create: (collection, found: Found) => ok(collection.find(found)),
  });
};
