import type { Store } from "denizen/ports";
import { World } from "./world.js";

/** One sentence of the contract. `run` rejects when it does not hold. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

/** Sentences of one topic, each with what checks it. */
export type Group = Readonly<Record<string, (world: World) => Promise<void>>>;

/** The cases of one group; each opens its own store, or gets the one that all share, and a tenant of its own. */
export const casesOf = (topic: string, group: Group, open: () => Promise<Store<unknown>>): readonly ContractCase[] =>
  Object.entries(group).map(([sentence, run]) => ({
    name: `${topic}: ${sentence}`,
    run: async () => run(new World(await open())),
  }));
