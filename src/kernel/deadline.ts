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

/** Answers when the work is done and that many milliseconds have passed: how long the work took is nobody's to see. */
export async function notBefore<Value>(milliseconds: number, work: () => Promise<Value>): Promise<Value> {
  const [value] = await Promise.all([work(), new Promise((resolve) => setTimeout(resolve, milliseconds))]);
  return value;
}
