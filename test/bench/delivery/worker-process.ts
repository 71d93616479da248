import { CONTESTANTS } from "./contestants.js";
import type { ContestantName } from "./contestants.js";
import { now } from "./worker-processes.js";
import type { FromWorker } from "./worker-processes.js";

/** Milliseconds between two reports. What is reported is when things happened, not when they were reported. */
const PAUSE = 20;

const [name = "", url = ""] = process.argv.slice(2);
const report = (message: FromWorker): void => void process.send?.(message);

let [handled, reported, first, last] = [0, 0, 0, 0];
const marks: [string, number][] = [];
const tellMarks = process.argv[4] === "marks";
let began = process.cpuUsage();

function handle(mark: string): void {
  last = now();
  if (handled++ === 0) first = last;
  if (tellMarks) marks.push([mark, last]);
}

function tell(): void {
  if (handled === reported) return;
  reported = handled;
  const { user, system } = process.cpuUsage(began);
  report({ kind: "handled", handled, first, last, cpu: user + system, marks: marks.splice(0) });
}

// Whoever started this one has named a contestant.
const member = await CONTESTANTS[name as ContestantName].join(url);
setInterval(tell, PAUSE);
process.on("message", (message) => {
  if (message === "work") {
    began = process.cpuUsage();
    void member.work(handle).then(() => report({ kind: "working" }));
  }
  if (message === "stop") {
    void member.leave().then(() => {
      tell();
      process.disconnect();
    });
  }
});
process.on("disconnect", () => process.kill(process.pid));
report({ kind: "ready" });
