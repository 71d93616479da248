import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ContestantName } from "./contestants.js";

/** Milliseconds of a clock that all processes of this machine share, and that nobody sets. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

export type FromWorker = { readonly kind: "ready" | "working" } | Handled;

/** So far, in one process. */
export interface Handled {
  readonly kind: "handled";
  readonly handled: number;
  /** When the first event and the last one were handled. */
  readonly first: number;
  readonly last: number;
  /** Microseconds of the process's own CPU. */
  readonly cpu: number;
  /** What was handled since the last report, and when; empty unless asked for. */
  readonly marks: readonly (readonly [mark: string, at: number])[];
}

/** Processes that handle events, of one contestant on one database. They are ready: connected, and idle. */
export class WorkerProcesses {
  readonly #processes: readonly ChildProcess[];
  readonly #handled = new Map<ChildProcess, Handled>();
  readonly #marks = new Map<string, number>();
  #heard: () => void = () => undefined;

  private constructor(processes: readonly ChildProcess[]) {
    this.#processes = processes;
    for (const child of processes) {
      child.on("message", (message: FromWorker) => {
        if (message.kind !== "handled") return;
        this.#handled.set(child, message);
        for (const [mark, at] of message.marks) this.#marks.set(mark, at);
        this.#heard();
      });
      child.on("exit", () => this.#heard());
    }
  }

  static async start(name: ContestantName, url: string, { processes = 1, marks = false } = {}): Promise<WorkerProcesses> {
    const path = fileURLToPath(new URL("./worker-process.mjs", import.meta.url));
    const all = Array.from({ length: processes }, () => fork(path, [name, url, ...(marks ? ["marks"] : [])], { execArgv: [] }));
    const team = new WorkerProcesses(all);
    await Promise.all(all.map((child) => answered(child, "ready")));
    return team;
  }

  /** When they were told. */
  async work(): Promise<number> {
    const working = this.#processes.map((child) => answered(child, "working"));
    const at = now();
    for (const child of this.#processes) child.send("work");
    await Promise.all(working);
    return at;
  }

  /** When so many events have been handled, in all processes together. */
  async done(events: number, timeout: number): Promise<void> {
    const end = now() + timeout;
    while (this.handled < events) {
      if (this.#processes.some(({ exitCode }) => exitCode !== null)) throw new Error("a worker's process has ended");
      if (now() > end) throw new Error(`${this.handled} of ${events} events after ${timeout} ms`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
        setTimeout(resolve, 1000);
      });
    }
  }

  get handled(): number {
    return this.#sum(({ handled }) => handled);
  }

  get figures(): { readonly first: number; readonly last: number; readonly cpu: number } {
    const all = [...this.#handled.values()];
    return {
      first: Math.min(...all.map(({ first }) => first)),
      last: Math.max(...all.map(({ last }) => last)),
      cpu: this.#sum(({ cpu }) => cpu),
    };
  }

  get marks(): ReadonlyMap<string, number> {
    return this.#marks;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#processes.filter(({ exitCode }) => exitCode === null).map((child) => once(child, "exit"));
    for (const child of this.#processes) if (child.connected) child.send("stop");
    await Promise.all(ended);
  }

  #sum(of: (one: Handled) => number): number {
    return [...this.#handled.values()].reduce((sum, one) => sum + of(one), 0);
  }
}

async function answered(child: ChildProcess, kind: FromWorker["kind"]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.on("message", (message: FromWorker) => {
      if (message.kind === kind) resolve();
    });
    child.once("exit", (code) => reject(new Error(`a worker's process ended with ${code ?? "a signal"}`)));
  });
}
