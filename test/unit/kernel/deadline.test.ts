import { describe, expect, test } from "vitest";
import { withDeadline } from "denizen/ports";

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

describe("a deadline", () => {
  test("passes on what comes in time", async () => {
    expect(await withDeadline(async () => 1, 1000)).toEqual({ timedOut: false, value: 1 });
  });

  test("passes on a failure that comes in time", async () => {
    await expect(withDeadline(() => Promise.reject(new Error("no")), 1000)).rejects.toThrow("no");
  });

  test("ends what takes too long, and drops what comes late", async () => {
    let late: (value: number) => void = () => undefined;
    const work = new Promise<number>((resolve) => (late = resolve));
    expect(await withDeadline(() => work, 5)).toEqual({ timedOut: true });
    late(1);
  });

  test("a late rejection is handled", async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on("unhandledRejection", note);
    await withDeadline(() => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 10)), 1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    process.off("unhandledRejection", note);
    expect(rejections).toEqual([]);
  });

  test("leaves no timer behind, also when the work throws at once", async () => {
    const before = timers();
    await withDeadline(async () => 1, 60_000);
    const throws = (): Promise<never> => {
      throw new Error("at once");
    };
    await expect(withDeadline(throws, 60_000)).rejects.toThrow("at once");
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
