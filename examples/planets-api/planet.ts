import { AggregateRoot, defineAggregate, domainError, event } from "denizen";
import type { Result } from "denizen";
import { changed, checked, factsOf } from "./planet-facts.js";
import type { PlanetChange, PlanetFacts, PlanetInvalid } from "./planet-facts.js";

export type PlanetState = PlanetFacts & { readonly discoverer: string | null; readonly removed: boolean; readonly version: number };

const planetEvents = {
  "planet-registered": event<PlanetFacts & { readonly discoverer: string }>(),
  "planet-corrected": event<PlanetFacts>(),
  /** Its discoverer is gone, and it stays. */
  "planet-orphaned": event(),
  "planet-removed": event(),
} as const;

export class Planet extends AggregateRoot<PlanetState, typeof planetEvents> {
  get details() {
    return { id: this.id, ...this.state };
  }

  get discoverer(): string | null {
    return this.state.discoverer;
  }

  register({ discoverer, ...facts }: PlanetFacts & { readonly discoverer: string }): Result<void, PlanetInvalid> {
    return checked(facts).map((sound) => this.record("planet-registered", { ...sound, discoverer }));
  }

  /** What changes nothing is no event. */
  correct(change: PlanetChange): Result<void, PlanetInvalid> {
    const before = factsOf(this.state);
    return checked(changed(before, change)).map((after) => {
      if (JSON.stringify(after) !== JSON.stringify(before)) this.record("planet-corrected", after);
    });
  }

  orphan(): void {
    if (this.discoverer !== null) this.record("planet-orphaned", {});
  }

  remove(): void {
    this.record("planet-removed", {});
  }
}

export const planets = defineAggregate<PlanetState>()({
  kind: "planet",
  events: planetEvents,
  evolve: (state = nothing, happened) => {
    const version = happened.publisher.version ?? 0;
    switch (happened.type) {
      case "planet-registered":
      case "planet-corrected":
        return { ...state, ...happened.payload, version };
      case "planet-orphaned":
        return { ...state, discoverer: null, version };
      case "planet-removed":
        return { ...nothing, removed: true, version };
    }
  },
  // Of two names that differ in case alone there is one planet. Who removes it gives the name back.
  identifiers: ({ name, removed }) => (removed ? [] : [{ kind: "name", key: name.toUpperCase().normalize("NFC") }]),
  taken: { name: () => domainError("planet-known", "there is a planet of this name") },
  isRemoved: ({ removed }) => removed,
  from: (root) => new Planet(root),
  create: (planet, registered: PlanetFacts & { readonly discoverer: string }) => planet.register(registered),
});

/** What a planet is before it is registered. */
export const nothing: PlanetState = {
  ...{ name: "", type: "", homeStar: null, mass: 0, radius: 0, distance: 0 },
  ...{ discoverer: null, removed: false, version: 0 },
};
