import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./child.js";

/** Processes of which one is killed at random points, again and again, with another one in its place. */
export interface Havoc {
  /** All there have been. */
  readonly all: readonly Child[];
  /** Those that live. */
  readonly living: readonly Child[];
  readonly kills: number;
}

export async function havoc(
  start: (number: number) => Promise<Child>,
  {
    living: count,
    kills,
    every: [least, most],
  }: { readonly living: number; readonly kills: number; readonly every: readonly [number, number] },
): Promise<Havoc> {
  const all: Child[] = [];
  let started = 0;
  const next = async (): Promise<Child> => {
    const child = await start(started++);
    all.push(child);
    return child;
  };
  const living = await Promise.all(Array.from({ length: count }, next));
  for (let kill = 0; kill < kills; kill++) {
    await sleep(least + Math.random() * (most - least));
    const index = Math.floor(Math.random() * living.length);
    const victim = living[index];
    victim?.signal("SIGKILL");
    await victim?.ended;
    living[index] = await next();
  }
  return { all, living, kills };
}

/** Tells them to stop, and waits for them. */
export async function stop(children: readonly Child[]): Promise<void> {
  for (const child of children) child.signal("SIGTERM");
  await Promise.all(children.map(({ ended }) => ended));
}
