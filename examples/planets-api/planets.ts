import { anyOf, authorize, defaultRoles, domainError, err, isAdministrator, ok } from "denizen";
import type { Permission, PermissionContext, Result } from "denizen";
import type { PlanetsApplication } from "./application.js";
import type { PlanetChange, PlanetFacts } from "./planet-facts.js";
import type { Planet } from "./planet.js";
import type { Who } from "./signed-in.js";

export const registerPlanet = (application: PlanetsApplication, { actor }: Who, facts: PlanetFacts) =>
  application.as(actor).transact(async function* ({ uow }) {
    // Held until the commit: who is erased at the same moment is gone before this, or finds this planet among his own.
    yield* uow.accounts.get(actor.id, { lock: "update" });
    const planet = yield* uow.planets.create({ ...facts, discoverer: actor.id });
    return ok(planet.details);
  });

export const correctPlanet = (application: PlanetsApplication, who: Who, id: string, change: PlanetChange, ifMatch?: string) =>
  application.as(who.actor).transact(async function* ({ uow }) {
    const planet = yield* uow.planets.get(id);
    yield* mayChange(who, planet);
    yield* isStill(planet, ifMatch);
    yield* planet.correct(change);
    return ok(planet.details);
  });

export const removePlanet = (application: PlanetsApplication, who: Who, id: string, ifMatch?: string) =>
  application.as(who.actor).transact(async function* ({ uow }) {
    const planet = yield* uow.planets.get(id);
    yield* mayChange(who, planet);
    yield* isStill(planet, ifMatch);
    return ok(planet.remove());
  });

interface PlanetContext extends PermissionContext {
  readonly planet: Planet;
}

const isDiscoverer: Permission<PlanetContext> = {
  name: "is-discoverer",
  allows: ({ actor, planet }) => actor.kind === "user" && actor.account.id === planet.discoverer,
};

const mayChange = ({ account }: Who, planet: Planet) =>
  authorize(anyOf<PlanetContext>(isDiscoverer, isAdministrator), { actor: { kind: "user", account }, hierarchy: defaultRoles, planet });

/** The entity tag of a planet (RFC 9110 §8.8.3). */
export const tagOf = ({ version }: { readonly version: number }): string => `"${version}"`;

/** Whether it is what the client has seen, where he says what that is (RFC 9110 §13.1.1). */
function isStill(planet: Planet, ifMatch: string | undefined): Result<void, ReturnType<typeof planetChanged>> {
  const tags = ifMatch?.split(",").map((tag) => tag.trim()) ?? ["*"];
  return tags.includes("*") || tags.includes(tagOf(planet)) ? ok() : err(planetChanged());
}

const planetChanged = () => domainError("planet-changed", "this planet has changed since it was read");
