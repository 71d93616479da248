import type { DurableOptions, WorkerOptions } from "denizen";

/** One durable subscriber of a worker process, and what its handler does. */
export interface SubscriberPlan {
  readonly name: string;
  /**
   * `call`: notes the event when it is done. `span`: notes when it begins and when it ends. `unit`: writes a row of the host's in
   * the delivery's own unit of work.
   */
  readonly effect: "call" | "span" | "unit";
  /** Milliseconds that the handler takes, at random between these. */
  readonly takes?: readonly [number, number];
  /** Whether it looks at the switches, and fails where they say so. */
  readonly heedsSwitches?: boolean;
  /** How many milliseconds its first call for an event whose text is `hang` waits before it goes on. */
  readonly hangs?: number;
  readonly options?: DurableOptions;
}

export interface WorkerPlan {
  /** Where its handlers note what they do. */
  readonly url: string;
  /** Where its store is, when there is something between them. */
  readonly through?: string;
  readonly name: string;
  readonly subscribers: readonly SubscriberPlan[];
  /** Of its store. Default 12. */
  readonly connections?: number;
  readonly options: Pick<WorkerOptions, "batch" | "poll" | "lease" | "grace">;
  /** Its clock is so many milliseconds off, and goes back by `back` every second. */
  readonly clock?: { readonly off: number; readonly back?: number };
}

export interface WriterPlan {
  readonly url: string;
  readonly name: string;
  /** So many write at once, each its own publishers unless some are shared. */
  readonly lanes: number;
  /** Ids of beacons that all writers write to. */
  readonly shared?: readonly string[];
  /** How they write: a statement by itself, or at random also host transactions that stay open for up to `hold` milliseconds. */
  readonly hold?: number;
  /** Milliseconds between two commits of a lane. */
  readonly pause?: number;
}
