import { domainError, err, ok } from "denizen";
import type { DomainError, Result } from "denizen";

/** What is known of a planet. */
export type PlanetFacts = {
  readonly name: string;
  readonly type: string;
  /** Null for one that rotates around none. */
  readonly homeStar: string | null;
  /** In whatever units the catalogue is kept in, each the same for all. */
  readonly mass: number;
  readonly radius: number;
  /** From the earth. */
  readonly distance: number;
};

/** What is left out stays as it is. */
export type PlanetChange = { readonly [Fact in keyof PlanetFacts]?: PlanetFacts[Fact] | undefined };

export type PlanetInvalid = DomainError<"planet-invalid"> & { readonly fact: keyof PlanetFacts };

export const factsOf = ({ name, type, homeStar, mass, radius, distance }: PlanetFacts): PlanetFacts => {
  return { name, type, homeStar, mass, radius, distance };
};

export const changed = (facts: PlanetFacts, change: PlanetChange): PlanetFacts => ({
  name: change.name ?? facts.name,
  type: change.type ?? facts.type,
  homeStar: change.homeStar === undefined ? facts.homeStar : change.homeStar,
  mass: change.mass ?? facts.mass,
  radius: change.radius ?? facts.radius,
  distance: change.distance ?? facts.distance,
});

// What planets, stars and types are called: no dot, slash or colon, because names stand in mails, where they must not read like a link.
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} '’+-]{0,99}$/u;

/** The facts as they are kept, or the first that no planet can have. */
export function checked(facts: PlanetFacts): Result<PlanetFacts, PlanetInvalid> {
  const sound = { ...facts, name: tidied(facts.name), type: tidied(facts.type), homeStar: facts.homeStar && tidied(facts.homeStar) };
  const { name, type, homeStar, mass, radius, distance } = sound;
  for (const [fact, text] of Object.entries({ name, type, homeStar: homeStar ?? "none" }))
    if (!NAME.test(text)) return invalid(fact, "has 1 to 100 letters, digits, spaces, hyphens, plus signs and apostrophes");
  for (const [fact, size] of Object.entries({ mass, radius }))
    if (!(size > 0 && size < Infinity)) return invalid(fact, "is a number above 0");
  return distance >= 0 && distance < Infinity ? ok(sound) : invalid("distance", "is 0 or a number above it");
}

const tidied = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/\p{Zs}+/gu, " ")
    .trim();

// Only names of facts are passed: `Object.entries` does not say so.
const invalid = (fact: string, rule: string) =>
  err(domainError("planet-invalid", `the ${fact} ${rule}`, { fact: fact as keyof PlanetFacts }));
