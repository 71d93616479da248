import { eventAsJob, inParts } from "./contestant.js";
import type { Contestant, EventAsJob, Member } from "./contestant.js";
import { peer } from "../harness/peer.js";

/** As much of pg-boss as is used here: it is installed when the bench first needs it, later than this is compiled. */
interface Boss {
  start(): Promise<unknown>;
  stop(options: { readonly graceful: boolean }): Promise<void>;
  on(event: "error", heard: () => void): unknown;
  createQueue(name: string, options: { readonly notify: boolean }): Promise<void>;
  insert(name: string, jobs: readonly { readonly data: EventAsJob }[]): Promise<unknown>;
  send(name: string, data: EventAsJob): Promise<unknown>;
  work(name: string, options: object, handler: (jobs: readonly { readonly data: EventAsJob }[]) => Promise<void>): Promise<unknown>;
}

interface Module {
  readonly PgBoss: new (options: { readonly connectionString: string; readonly useListenNotify: boolean }) => Boss;
}

const QUEUE = "events";

/** How its documentation has it: for throughput batches, and no pause after a full one; otherwise it polls as often as it allows. */
const OPTIONS = { batchSize: 100, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 };

/** `listen`: told of jobs by LISTEN and NOTIFY, which it can be but is not by default. */
export function pgBoss({ listen = false }: { readonly listen?: boolean } = {}): Contestant {
  const open = async (url: string): Promise<Boss> => {
    const { PgBoss } = await peer<Module>("pg-boss");
    const boss = new PgBoss({ connectionString: url, useListenNotify: listen });
    // When its database is dropped under it.
    boss.on("error", () => undefined);
    await boss.start();
    return boss;
  };
  return {
    prepare: async (url) => {
      const boss = await open(url);
      await boss.createQueue(QUEUE, { notify: listen });
      await boss.stop({ graceful: false });
    },
    fill: async (url, events) => {
      const boss = await open(url);
      for (const marks of inParts(events))
        await boss.insert(
          QUEUE,
          marks.map((mark) => ({ data: eventAsJob(mark) })),
        );
      await boss.stop({ graceful: false });
    },
    join: async (url): Promise<Member> => {
      const boss = await open(url);
      return {
        publish: async (mark) => {
          await boss.send(QUEUE, eventAsJob(mark));
        },
        work: async (handle) => {
          await boss.work(QUEUE, OPTIONS, async (jobs) => jobs.forEach(({ data: { payload } }) => handle(payload.name)));
        },
        leave: () => boss.stop({ graceful: true }),
      };
    },
  };
}
