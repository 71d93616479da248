import { setTimeout as sleep } from "node:timers/promises";
import { postgres } from "denizen/drizzle";
import { faultsApplication } from "../support/application.js";
import { endWithParent } from "../support/orphan.js";
import type { WriterPlan } from "../support/plans.js";
import { writing } from "../support/write.js";

/** A process that writes until it is killed or told to stop. Says `<beacon> <version>` for every commit that it was told of. */
const { url, lanes, shared, hold = 0, pause = 0 } = JSON.parse(process.argv[2] ?? "") as WriterPlan;
endWithParent();
process.on("unhandledRejection", (reason) =>
  process.stdout.write(
    `unhandled ${reason instanceof Error ? (reason.stack ?? reason.message).replaceAll("\n", " | ") : String(reason)}\n`,
  ),
);

const store = await postgres(url, { connections: Math.min(lanes, 16), timeout: 4000, acquireTimeout: 4000 });
const write = writing(faultsApplication(store), store);
let stopping = false;
process.once("SIGTERM", () => (stopping = true));

const OWN = 20;
const oneOf = <Value>(values: readonly Value[]): Value | undefined => values[Math.floor(Math.random() * values.length)];

async function lane(): Promise<void> {
  const own: string[] = [];
  while (!stopping) {
    const id = shared === undefined ? (own.length < OWN ? undefined : oneOf(own)) : oneOf(shared);
    const times = 1 + Math.floor(Math.random() * 4);
    const way = hold === 0 ? 0 : Math.random();
    const open = Math.random() * hold;
    const written = await (way < 0.6
      ? write.alone(id, times)
      : way < 0.8
        ? write.transact(id, times, open)
        : write.within(id, times, open));
    if (written.isOk()) {
      process.stdout.write(`${written.value.id} ${written.value.version}\n`);
      if (id === undefined) own.push(written.value.id);
    }
    await sleep(written.isOk() ? pause : 20);
  }
}

await Promise.all(Array.from({ length: lanes }, lane));
await store.close();
