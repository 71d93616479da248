import { describe, expect, test, vi } from "vitest";
import type { WakeUps } from "denizen/ports";
import { Wake } from "../../src/messaging/wake.js";
import type { Call } from "../../src/messaging/wake.js";

/** A channel on which everybody hears everything, himself included. */
function channel() {
  const said: string[] = [];
  const listeners = new Set<(message?: string) => void>();
  const wakeUps: WakeUps = {
    ring: async (message = "") => {
      said.push(message);
      for (const heard of listeners) heard(message);
    },
    listen: async (heard) => {
      listeners.add(heard);
      return async () => void listeners.delete(heard);
    },
  };
  return { said, listeners, wakeUps };
}

/** An application's, with a worker or without. */
async function process(wakeUps: WakeUps | undefined, name: string, { works = true } = {}) {
  const wake = new Wake(wakeUps, () => name);
  const heard: Call[] = [];
  if (works) wake.listen((call) => heard.push(call));
  const stop = await wake.listenElsewhere((call) => heard.push(call));
  return { wake, heard, stop };
}

describe("who rings", () => {
  test("tells the workers of his process once, and those of others", async () => {
    const { wakeUps } = channel();
    const [one, other] = [await process(wakeUps, "one"), await process(wakeUps, "other")];
    one.wake.ring("events");
    expect(one.heard).toEqual(["events"]);
    await vi.waitFor(() => expect(other.heard).toEqual(["events"]));
    expect(one.heard).toEqual(["events"]);
  });

  test("because of anything else than events says so to everybody", async () => {
    const { wakeUps } = channel();
    const other = await process(wakeUps, "other");
    (await process(wakeUps, "one")).wake.ring();
    await vi.waitFor(() => expect(other.heard).toEqual(["anything"]));
  });

  test("is told of anything when something may have been missed, and by an older version, which says nothing", async () => {
    const { wakeUps, listeners } = channel();
    const { heard } = await process(wakeUps, "one");
    for (const listener of listeners) listener();
    await wakeUps.ring();
    expect(heard).toEqual(["anything", "anything"]);
  });

  test("tells others after his own workers, who are asking by then; and at once when there are none", async () => {
    const { wakeUps, said } = channel();
    const working = await process(wakeUps, "working");
    const idle = await process(wakeUps, "idle", { works: false });
    working.wake.ring("events");
    expect([working.heard, said]).toEqual([["events"], []]);
    idle.wake.ring("events");
    expect(said).toEqual(["idle"]);
    await vi.waitFor(() => expect(said).toEqual(["idle", "working"]));
  });

  test("tells others of the first of many at once, and of the last ones together, whatever was among them", async () => {
    const { wakeUps, said } = channel();
    const { wake, heard } = await process(wakeUps, "one", { works: false });
    for (const call of ["events", "events", "anything", "events"] as const) wake.ring(call);
    expect(said).toEqual(["one"]);
    await vi.waitFor(() => expect(said).toEqual(["one", ""]));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([said, heard]).toEqual([["one", ""], ["anything"]]);
  });

  test("is troubled by nothing that fails on the way, nor where there are no others", async () => {
    const down: WakeUps = {
      ring: () => {
        throw new Error("down");
      },
      listen: () => Promise.resolve(undefined),
    };
    const nameless = new Wake(channel().wakeUps, () => {
      throw new Error("no names left");
    });
    for (const wake of [nameless, (await process(down, "one")).wake]) wake.ring("events");
    const alone = await process(undefined, "alone");
    alone.wake.ring("events");
    expect([alone.heard, alone.stop]).toEqual([["events"], undefined]);
    await new Promise((resolve) => setTimeout(resolve, 30));
  });
});
