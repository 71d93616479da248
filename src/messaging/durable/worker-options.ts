import { withDefaults } from "../../kernel/defaults.js";
import { ConfigurationError } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { hasSignals, SIGNALS } from "../../kernel/signals.js";
import type { Signal } from "../../kernel/signals.js";
import { LONGEST_WAIT } from "../../kernel/whole.js";
import { notWhole } from "./options.js";
import type { DurableSubscriber } from "./subscribers.js";

/** How one worker works. Times are milliseconds. */
export interface WorkerOptions {
  /** Names of the durable subscribers that it works for; all that are known when it is made, when left out. */
  readonly subscribers?: readonly string[];
  /** Events taken at once, for each subscriber. Default 100. */
  readonly batch?: number;
  /** Between two looks at the log when nobody rings. Default 1000. */
  readonly poll?: number;
  /**
   * How long what it has taken is its own; renewed while it lives. When it dies, others wait for as long. Default 30 s, or twice the
   * longest `timeout` of its subscribers: handlers that hold every connection of a pool leave none to renew with until they end.
   */
  readonly lease?: number;
  /** How long handlers that run may go on when it is stopped. Default 10 s. */
  readonly grace?: number;
  /** Works only when `drain` is called. Default false. */
  readonly manual?: boolean;
  /** Stops it when aborted. */
  readonly signal?: AbortSignal;
  /** Signals of the process that stop it, as `["SIGTERM", "SIGINT"]`; the process then goes on living for as long as it has reasons to. */
  readonly stopOn?: readonly Signal[];
}

export type WorkerSettings = Required<Pick<WorkerOptions, "batch" | "poll" | "lease" | "grace" | "manual">> &
  Pick<WorkerOptions, "subscribers">;

const DEFAULTS = { batch: 100, poll: 1000, grace: 10_000, manual: false };
const SHORTEST_LEASE = 30_000;

/** Throws a `ConfigurationError`. */
export function workerSettings(options: WorkerOptions, known: readonly DurableSubscriber[]): WorkerSettings {
  const problems = problemsOf(options, known);
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => `worker: ${problem}`));
  const chosen = known.filter(({ name }) => options.subscribers?.includes(name) !== false);
  const lease = Math.min(LONGEST_WAIT, Math.max(SHORTEST_LEASE, ...chosen.map(({ settings }) => 2 * settings.timeout)));
  return withDefaults<WorkerSettings>({ ...DEFAULTS, lease }, options);
}

function problemsOf(options: unknown, known: readonly DurableSubscriber[]): readonly string[] {
  if (typeof options !== "object" || options === null) return ["takes an object of options"];
  const [subscribers = [], manual, signal, stopOn = []] = ["subscribers", "manual", "signal", "stopOn"].map((name) => field(options, name));
  return [
    ...namesIn(subscribers, known),
    ...notWhole(options, "batch", 1, 10_000),
    ...notWhole(options, "poll", 1, LONGEST_WAIT),
    ...notWhole(options, "lease", 100, LONGEST_WAIT),
    ...notWhole(options, "grace", 0, LONGEST_WAIT),
    ...(manual === undefined || typeof manual === "boolean" ? [] : ["manual must be true or false"]),
    ...(signal === undefined || signal instanceof AbortSignal ? [] : ["signal must be an AbortSignal"]),
    ...(Array.isArray(stopOn) && stopOn.every((name) => SIGNALS.some((signal) => signal === name))
      ? []
      : [`stopOn must be an array of ${SIGNALS.join(", ")}`]),
    ...(Array.isArray(stopOn) && stopOn.length > 0 && !hasSignals() ? ["stopOn: there are no signals here"] : []),
  ];
}

const namesIn = (subscribers: unknown, known: readonly DurableSubscriber[]): readonly string[] =>
  Array.isArray(subscribers)
    ? subscribers.flatMap((name: unknown) =>
        known.some((subscriber) => subscriber.name === name) ? [] : [`there is no durable subscriber ${String(name).slice(0, 64)}`],
      )
    : ["subscribers must be an array of names"];
