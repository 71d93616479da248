import type { Contestant } from "./contestant.js";
import { denizen } from "./denizen.js";
import { graphileWorker } from "./graphile-worker.js";
import { pgBoss } from "./pg-boss.js";

/** By the name that a process is told. */
export const CONTESTANTS = {
  denizen: denizen(),
  "denizen, batches of 500": denizen({ batch: 500 }),
  "denizen, polling": denizen({ wakeUps: false }),
  "pg-boss": pgBoss(),
  "pg-boss, LISTEN": pgBoss({ listen: true }),
  "graphile-worker": graphileWorker(),
} as const satisfies Readonly<Record<string, Contestant>>;

export type ContestantName = keyof typeof CONTESTANTS;
