import { z } from "@hono/zod-openapi";
import { pageLimit } from "../../support/web/schemas.js";
import type { PlanetChange, PlanetFacts } from "../planet-facts.js";
import type { PlanetState } from "../planet.js";
import { formNumber } from "./bodies.js";

const example = { planet_name: "Vulcan", planet_type: "rocky", home_star: "Sun", mass: 0.1, radius: 0.2, distance: 0.9 };

export const newPlanet = z
  .object({
    planet_name: z.string(),
    planet_type: z.string(),
    home_star: z.string().nullable(),
    mass: z.number(),
    radius: z.number(),
    distance: z.number(),
  })
  .openapi("NewPlanet", { example });

/** In a form every value is text, and no home star is none at all. */
export const planetForm = newPlanet
  .extend({
    home_star: z
      .string()
      .optional()
      .transform((star) => star || null),
    ...{ mass: formNumber, radius: formNumber, distance: formNumber },
  })
  .openapi("PlanetForm", { example: { ...example, mass: "0.1", radius: "0.2", distance: "0.9" } });

const id = { planet_id: z.string() };
export const legacyPlanet = newPlanet.extend(id).openapi("PlanetUpdate", { example: { planet_id: "0197…", ...example } });
export const legacyPlanetForm = planetForm.extend(id).openapi("PlanetUpdateForm");
export const planetPatch = newPlanet.partial().openapi("PlanetPatch", { example: { mass: 0.2, home_star: null } });

export const planet = newPlanet
  .extend({ ...id, discoverer: z.string().nullable() })
  .openapi("Planet", { example: { planet_id: "0197…", ...example, discoverer: "0197…" } });
export const planetPage = z.object({ items: z.array(planet), next: z.string().nullable() }).openapi("Planets");

/** What lists can be in the order of, and the column of each. */
const orders = { planet_name: "name", planet_type: "type", mass: "mass", radius: "radius", distance: "distance" } as const;

export const planetQuery = z.object({
  ...{ planet_name: z.string().optional(), planet_type: z.string().optional(), home_star: z.string().optional() },
  discoverer: z.string().optional(),
  order: z
    .enum(["planet_name", "planet_type", "mass", "radius", "distance"])
    .default("planet_name")
    .transform((order) => orders[order]),
  direction: z.enum(["ascending", "descending"]).default("ascending"),
  limit: pageLimit,
  after: z.string().optional(),
});

// The names on the wire are the original's; the domain has its own.
export const factsIn = ({
  planet_name: name,
  planet_type: type,
  home_star: homeStar,
  ...sizes
}: z.infer<typeof newPlanet>): PlanetFacts => {
  const { mass, radius, distance } = sizes;
  return { name, type, homeStar, mass, radius, distance };
};

export const changeIn = ({
  planet_name: name,
  planet_type: type,
  home_star: homeStar,
  ...sizes
}: z.infer<typeof planetPatch>): PlanetChange => {
  const { mass, radius, distance } = sizes;
  return { name, type, homeStar, mass, radius, distance };
};

type Details = Omit<PlanetState, "removed"> & { readonly id: string };

export const shown = ({ id: planet_id, name, type, homeStar, mass, radius, distance, discoverer }: Details): z.infer<typeof planet> => ({
  ...{ planet_id, planet_name: name, planet_type: type, home_star: homeStar },
  ...{ mass, radius, distance, discoverer },
});
