import { AggregateRoot, defineAggregate, domainError, err, event, ok } from "denizen";
import type { DomainError, Result } from "denizen";

/** A host's own aggregate, as a host would write one. */
export type PlanetState = { readonly name: string; readonly mass: number; readonly destroyed: boolean };

const events = {
  "planet-discovered": event<{ name: string; mass: number }>(),
  "planet-renamed": event<{ name: string }>(),
  "planet-destroyed": event(),
} as const;

export class Planet extends AggregateRoot<PlanetState, typeof events> {
  get name(): string {
    return this.state.name;
  }

  get mass(): number {
    return this.state.mass;
  }

  discover({ name, mass }: { readonly name: string; readonly mass: number }): Result<void, DomainError<"planet-too-light">> {
    if (mass <= 0) return err(domainError("planet-too-light", "a planet has a mass"));
    return ok(this.record("planet-discovered", { name, mass }));
  }

  rename(name: string): Result<void, never> {
    return ok(this.record("planet-renamed", { name }));
  }

  destroy(): Result<void, never> {
    return ok(this.record("planet-destroyed", {}));
  }
}

export const planets = defineAggregate<PlanetState>()({
  kind: "planet",
  events,
  evolve: (state = { name: "", mass: 0, destroyed: false }, happened) => {
    switch (happened.type) {
      case "planet-discovered":
        return { ...state, ...happened.payload };
      case "planet-renamed":
        return { ...state, name: happened.payload.name };
      case "planet-destroyed":
        return { ...state, destroyed: true };
    }
  },
  identifiers: ({ name }) => [{ kind: "name", key: name.toLowerCase() }],
  taken: { name: (name: string) => domainError("planet-name-taken", "there is a planet of this name", { name }) },
  isRemoved: ({ destroyed }) => destroyed,
  from: (root) => new Planet(root),
  create: (planet, input: { readonly name: string; readonly mass: number }) => planet.discover(input),
});
