import postgresJs from "postgres";
import { postgres } from "denizen/drizzle";
import { faultsApplication } from "../support/application.js";
import { handlerOf } from "../support/handlers.js";
import { endWithParent } from "../support/orphan.js";
import type { WorkerPlan } from "../support/plans.js";

/** A process with one worker: until it is killed, or told to stop. Says `ready`, `stopped`, and whatever nobody has caught. */
const plan = JSON.parse(process.argv[2] ?? "") as WorkerPlan;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
endWithParent();
process.on("unhandledRejection", (reason) =>
  say(`unhandled ${reason instanceof Error ? (reason.stack ?? reason.message).replaceAll("\n", " | ") : String(reason)}`),
);

const started = Date.now();
const { off, back = 0 } = plan.clock ?? { off: 0 };
const clock = { now: () => Date.now() + off - back * Math.floor((Date.now() - started) / 1000) };

const store = await postgres(plan.through ?? plan.url, { connections: plan.connections ?? 12, timeout: 4000, acquireTimeout: 4000 });
// Notes are kept over connections that are not denizen's: they stay when its work is undone.
const notes = postgresJs(plan.url, { max: 6, onnotice: () => undefined, fetch_types: false });
const application = faultsApplication(store, clock);
for (const subscriber of plan.subscribers) {
  application.durable.subscribe(subscriber.name, "beacon-flashed", handlerOf(subscriber, plan.name, notes), subscriber.options);
}
const worker = application.worker({ ...plan.options, stopOn: ["SIGTERM"] });
process.once("SIGTERM", () => {
  void worker.stop().then(async () => {
    say("stopped");
    await Promise.all([notes.end({ timeout: 1 }), application[Symbol.asyncDispose]()]);
  });
});
say("ready");
