export type Timed<Value> = { readonly timedOut: false; readonly value: Value } | { readonly timedOut: true };

/**
 * Waits for a piece of work at most that many milliseconds. What comes late goes nowhere: its value is dropped and its
 * rejection is handled.
 */
export function withDeadline<Value>(work: () => Promise<Value>, milliseconds: number): Promise<Timed<Value>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve({ timedOut: true }), milliseconds);
    // `async`, so that work which throws at once rejects as well, and leaves no timer behind.
    (async () => work())().then(
      (value) => {
        clearTimeout(timer);
        resolve({ timedOut: false, value });
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
