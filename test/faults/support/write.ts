import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { attempt, err, ok } from "denizen";
import type { Result, UnitOfWork } from "denizen";
import type { PostgresStore } from "denizen/drizzle";
import type { FaultsApplication, FaultsTypes } from "./application.js";

/** A beacon, and how many events it has published. */
export interface Written {
  readonly id: string;
  readonly version: number;
}

type Beacons = Pick<UnitOfWork<FaultsTypes>, "beacons">;

/** Lets a beacon flash; a new one where there is none. */
async function* flash({ beacons }: Beacons, id: string | undefined, times: number, text: string) {
  const beacon = id === undefined ? yield* beacons.create({ text }) : yield* beacons.get(id);
  beacon.flash(text, id === undefined ? times - 1 : times);
  return beacon;
}

/** The ways in which a host commits, each with events of one beacon. */
export const writing = (application: FaultsApplication, store: PostgresStore) => ({
  /** One statement. */
  alone: async (id: string | undefined, times: number, text = "flash"): Promise<Result<Written, { readonly code: string }>> =>
    attempt(async function* () {
      await using uow = application.unitOfWork();
      const { id: written, version } = yield* flash(uow, id, times, text);
      yield* uow.commit();
      return ok({ id: written, version });
    }),

  /** Denizen's transaction, which has its id before it reads the beacon, and stays open. */
  transact: async (id: string | undefined, times: number, hold: number): Promise<Result<Written, { readonly code: string }>> =>
    application.transact(async function* ({ uow, tx }) {
      await tx.execute(sql`insert into faults_host (what) values ('transact')`);
      await pause(hold / 2);
      const { id: written, version } = yield* flash(uow, id, times, "flash");
      await pause(hold / 2);
      return ok({ id: written, version });
    }),

  /** The host's own transaction, which stays open before and after. */
  within: async (id: string | undefined, times: number, hold: number): Promise<Result<Written, { readonly code: string }>> => {
    let written: Result<Written, { readonly code: string }> = err({ code: "host-failed" });
    try {
      await store.database.transaction(async (tx) => {
        await tx.execute(sql`insert into faults_host (what) values ('within')`);
        await pause(hold / 2);
        written = await attempt(async function* () {
          await using uow = application.unitOfWork({ within: tx });
          const { id: beacon, version } = yield* flash(uow, id, times, "flash");
          yield* uow.commit();
          return ok({ id: beacon, version });
        });
        await pause(hold / 2);
        if (written.isErr()) throw new Error(written.error.code);
      });
      return written;
    } catch (thrown) {
      return err({ code: `host-failed: ${String(thrown)}` });
    }
  },
});
