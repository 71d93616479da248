import { Application } from "denizen";
import type { Clock } from "denizen";
import type { PostgresStore } from "denizen/drizzle";
import { beacons } from "./beacons.js";

/** The application of every process: what fails in it is counted by what comes of it. */
export const faultsApplication = (store: PostgresStore, clock?: Clock) =>
  new Application({ store, aggregates: { beacons }, onError: () => undefined, ...(clock === undefined ? {} : { clock }) });

export type FaultsApplication = ReturnType<typeof faultsApplication>;
export type FaultsTypes = FaultsApplication["$types"];
