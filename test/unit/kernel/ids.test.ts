import { describe, expect, test } from "vitest";
import { fixedClock, seededRandom, sequentialIds } from "denizen/testing";
import { systemClock, timestamp } from "../../../src/kernel/clock.js";
import { uuidv7 } from "../../../src/kernel/ids.js";
import { systemRandom } from "../../../src/kernel/random.js";

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("ids", () => {
  test("are UUIDv7 of the clock's time", () => {
    const ids = uuidv7(fixedClock("2026-01-01T00:00:00.000Z"), systemRandom);
    const id = ids.next();
    expect(id).toMatch(SHAPE);
    expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(Date.UTC(2026, 0, 1));
  });

  test("are all different and in order, while the clock stands still", () => {
    const ids = uuidv7(fixedClock(), systemRandom);
    const made = Array.from({ length: 10_000 }, () => ids.next());
    expect(new Set(made).size).toBe(made.length);
    expect([...made].sort()).toEqual(made);
  });

  test("are in order although the clock is set back a little", () => {
    const clock = fixedClock();
    const ids = uuidv7(clock, systemRandom);
    const made = Array.from({ length: 1000 }, () => {
      clock.advance(-5);
      return ids.next();
    });
    expect([...made].sort()).toEqual(made);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 2 ** 60, 0.5])("survive a clock that says %d", (now) => {
    const ids = uuidv7({ now: () => now }, systemRandom);
    const made = [ids.next(), ids.next()];
    expect(made[0]).toMatch(SHAPE);
    expect(new Set(made).size).toBe(2);
    expect(timestamp(now)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("are the same for the same clock and randomness", () => {
    const make = () => uuidv7(fixedClock(), seededRandom(7)).next();
    expect(make()).toBe(make());
    expect(uuidv7(fixedClock(), seededRandom(8)).next()).not.toBe(make());
  });

  test("of the testing kit are sequential and shaped like the real ones", () => {
    const ids = sequentialIds();
    const made = [ids.next(), ids.next(), ids.next()];
    expect(made.every((id) => SHAPE.test(id))).toBe(true);
    expect(made).toEqual([...made].sort());
    expect(sequentialIds().next()).toBe(made[0]);
  });
});

describe("the clock", () => {
  test("of the system is about now, and a timestamp is its ISO 8601 form", () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
    expect(timestamp(Date.UTC(2026, 10, 20, 9, 30))).toBe("2026-11-20T09:30:00.000Z");
  });

  test("of the testing kit stands still, is advanced and set", () => {
    const clock = fixedClock(1000);
    clock.advance(500);
    expect(clock.now()).toBe(1500);
    clock.set("2026-01-01T00:00:00.000Z");
    expect(clock.now()).toBe(Date.UTC(2026, 0, 1));
  });
});
