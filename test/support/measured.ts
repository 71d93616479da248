import { memory } from "denizen/memory";
import type { Store } from "denizen/ports";
import { countingProxy } from "../bench/harness/proxy.js";
import { open } from "./drivers.js";
import type { TestedTransaction } from "./drivers.js";
import { recordedStore } from "./recorded-store.js";
import type { Place } from "./worlds.js";

/** A store of which everything that it is asked for is counted. */
export interface Measured {
  readonly store: Store<TestedTransaction>;
  /** What the work took: on PostgreSQL statements and round trips over a warm connection, in memory the calls themselves. */
  cost(work: () => PromiseLike<unknown>): Promise<Cost>;
  close(): Promise<void>;
}

export type Cost = { readonly calls: readonly string[] } | { readonly roundTrips: number; readonly statements: number };

export const roundTripsOf = (cost: Cost): number => ("roundTrips" in cost ? cost.roundTrips : cost.calls.length);

export async function measuredOn(place: Place): Promise<Measured> {
  if (place === "memory") {
    const log: string[] = [];
    return {
      // Nobody can take a transaction of a host's own from it.
      store: recordedStore(memory() as Store<TestedTransaction>, log),
      cost: async (work) => {
        log.length = 0;
        await work();
        return { calls: [...log] };
      },
      close: () => Promise.resolve(),
    };
  }
  const direct = await open(place);
  const proxy = await countingProxy(direct.url);
  const proxied = await open(place, { url: proxy.url, connections: 1 });
  return {
    store: proxied.store,
    cost: async (work) => {
      proxy.take();
      await work();
      const { roundTrips, statements } = proxy.take();
      return { roundTrips, statements };
    },
    close: async () => {
      await proxied.close();
      await proxy[Symbol.asyncDispose]();
      await direct.close();
    },
  };
}
