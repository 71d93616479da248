/** Live heap for each of many, after everything that can be collected has been. */
export async function heapOf(count: number, fill: (count: number) => Promise<object>): Promise<number> {
  // What is compiled and cached by the way is nobody's.
  await forget(fill(count / 4));
  const before = await liveHeap();
  const kept = await fill(count);
  const bytes = ((await liveHeap()) - before) / count;
  // Kept until here.
  return kept === undefined ? NaN : bytes;
}

/** Bytes. In a task of its own, in which nothing is held that was awaited before. */
export async function liveHeap(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  for (let time = 0; time < 3; time++) global.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Whoever awaits something himself may hold on to it until he returns. */
async function forget(made: Promise<object>): Promise<void> {
  await made;
}

/** The counter itself, on arrays of a known size. Says what is wrong with it. */
export async function heapCounterProblem(): Promise<string | undefined> {
  const [length, count] = [123, 10_000];
  // An array has four words, its elements two and one for each, and its place in the list is one more.
  const known = 8 * (4 + 2 + length + 1);
  const counted = await heapOf(count, () => Promise.resolve(Array.from({ length: count }, () => new Array<number>(length).fill(0.5))));
  return Math.abs(counted / known - 1) < 0.02 ? undefined : `counts ${counted} bytes instead of ${known}`;
}
