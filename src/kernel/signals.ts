/** Signals by which a process is asked to end. */
export const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"] as const;

export type Signal = (typeof SIGNALS)[number];

/** Whether there are such signals here: on Node, Bun and Deno there are, on workerd there are none. */
export const hasSignals = (): boolean => typeof process === "object" && typeof process.once === "function";

/** Calls once, for the first of them; the function that is returned ends it. */
export function onSignal(names: readonly Signal[], called: () => void): () => void {
  for (const name of names) process.once(name, called);
  return () => {
    for (const name of names) process.off(name, called);
  };
}
