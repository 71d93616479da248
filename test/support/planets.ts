import { AggregateRoot, defineAggregate, domainError, err, event, ok, personalEvent } from "denizen";
import type { DomainError, Result } from "denizen";

export type PlanetState = { readonly name: string; readonly moons: readonly string[]; readonly destroyed: boolean };

export const planetEvents = {
  "planet-formed": event<{ name: string }>(),
  "moon-captured": personalEvent<{ moon: string }>()("moon"),
  "planet-renamed": event<{ name: string }>(),
  "planet-destroyed": event(),
} as const;

export type NameTaken = DomainError<"planet-name-taken"> & { readonly name: string };
export type NameMissing = DomainError<"planet-name-missing">;

/** An aggregate of a host's own: found by its name, which is unique, and by its moons, which several may share. */
export class Planet extends AggregateRoot<PlanetState, typeof planetEvents> {
  get name(): string {
    return this.state.name;
  }

  get moons(): readonly string[] {
    return this.state.moons;
  }

  form(name: string): void {
    this.record("planet-formed", { name });
  }

  rename(name: string): Result<void, NameMissing> {
    return name === "" ? err(domainError("planet-name-missing", "a planet has a name")) : ok(this.record("planet-renamed", { name }));
  }

  capture(moon: string): void {
    this.record("moon-captured", { moon });
  }

  destroy(): void {
    this.record("planet-destroyed", {});
  }
}

export const planets = defineAggregate<PlanetState>()({
  kind: "planet",
  events: planetEvents,
  evolve: (state = { name: "", moons: [], destroyed: false }, happened) => {
    switch (happened.type) {
      case "planet-formed":
      case "planet-renamed":
        return { ...state, name: happened.payload.name };
      case "moon-captured":
        return { ...state, moons: [...state.moons, happened.payload.moon ?? ""] };
      case "planet-destroyed":
        return { ...state, destroyed: true };
    }
  },
  identifiers: ({ name, moons }) => [
    { kind: "name", key: name.toLowerCase() },
    ...moons.map((moon) => ({ kind: "moon", key: moon, shared: true })),
  ],
  taken: { name: (name): NameTaken => domainError("planet-name-taken", "another planet has this name", { name }) },
  isRemoved: ({ destroyed }) => destroyed,
  from: (root) => new Planet(root),
  create: (planet, { name }: { readonly name: string }): Result<void, NameMissing> =>
    name === "" ? err(domainError("planet-name-missing", "a planet has a name")) : ok(planet.form(name)),
});

export const auditEvents = { "phone-audited": event<{ phone: string; userId: string }>() } as const;
export type AuditState = { readonly phone: string; readonly userId: string };

/** One row of an audit, as the specification's example writes it from inside the transaction. */
export class PhoneAudit extends AggregateRoot<AuditState, typeof auditEvents> {
  note(phone: string, userId: string): this {
    this.record("phone-audited", { phone, userId });
    return this;
  }
}

export const audits = defineAggregate<AuditState>()({
  kind: "phone-audit",
  events: auditEvents,
  evolve: (_state: AuditState | undefined, { payload }) => payload,
  identifiers: ({ userId }) => [{ kind: "user", key: userId, shared: true }],
  from: (root) => new PhoneAudit(root),
  create: (audit, { phone, userId }: AuditState) => ok(audit.note(phone, userId)),
});
