import { eventAsJob, inParts } from "./contestant.js";
import type { Contestant, EventAsJob, Member } from "./contestant.js";
import { peer } from "../harness/peer.js";

/** As much of graphile-worker as is used here: it is installed when the bench first needs it, later than this is compiled. */
interface Module {
  readonly Logger: new (factory: () => () => void) => object;
  makeWorkerUtils(options: { readonly connectionString: string; readonly logger: object }): Promise<Utils>;
  run(options: {
    readonly preset: { readonly worker: object };
    readonly logger: object;
    readonly noHandleSignals: true;
    readonly taskList: Readonly<Record<string, (payload: EventAsJob) => Promise<void>>>;
  }): Promise<{ stop(): Promise<void> }>;
}

interface Utils {
  migrate(): Promise<void>;
  addJob(identifier: string, payload: EventAsJob): Promise<unknown>;
  addJobs(jobs: readonly { readonly identifier: string; readonly payload: EventAsJob }[]): Promise<unknown>;
  release(): Promise<void>;
}

const TASK = "event";

/** What the performance page of its documentation was measured with. */
const BATCHED = { concurrentJobs: 24, maxPoolSize: 25, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };

export function graphileWorker(): Contestant {
  const utils = async (url: string): Promise<Utils> => {
    const { makeWorkerUtils, Logger } = await peer<Module>("graphile-worker");
    return makeWorkerUtils({ connectionString: url, logger: new Logger(() => () => undefined) });
  };
  return {
    prepare: async (url) => {
      const made = await utils(url);
      await made.migrate();
      await made.release();
    },
    fill: async (url, events) => {
      const made = await utils(url);
      for (const marks of inParts(events)) await made.addJobs(marks.map((mark) => ({ identifier: TASK, payload: eventAsJob(mark) })));
      await made.release();
    },
    join: async (url): Promise<Member> => {
      const made = await utils(url);
      const { run, Logger } = await peer<Module>("graphile-worker");
      let runner: { stop(): Promise<void> } | undefined;
      return {
        publish: async (mark) => {
          await made.addJob(TASK, eventAsJob(mark));
        },
        work: async (handle) => {
          runner = await run({
            preset: { worker: { connectionString: url, ...BATCHED } },
            logger: new Logger(() => () => undefined),
            noHandleSignals: true,
            taskList: { [TASK]: async ({ payload }) => handle(payload.name) },
          });
        },
        leave: async () => {
          await runner?.stop();
          await made.release();
        },
      };
    },
  };
}
