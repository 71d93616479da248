import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigurationError, inbox } from "denizen/inbox";
import type { InboxOptions } from "denizen/inbox";
import { modulesOf } from "../architecture/modules.js";

test("the inbox imports nothing of denizen's, and Drizzle only when it is handed a transaction of it", () => {
  const modules = modulesOf("adapters/inbox");
  expect(modules.length).toBeGreaterThan(2);
  const outside = modules.flatMap(({ imports }) => imports.map(({ to }) => to)).filter((to) => !to.startsWith("adapters/inbox/"));
  expect(outside).toEqual(["drizzle-orm"]);
  expect(modules.map(({ text }) => text).join("")).not.toMatch(/^import .*drizzle-orm/m);
});

test.each<[string, object | undefined]>([
  ["options must be an object", undefined],
  ["consumer", {}],
  ["consumer", { consumer: "" }],
  ["consumer", { consumer: "a\0" }],
  ["consumer", { consumer: "c".repeat(129) }],
  ["table", { consumer: "c", table: "a; drop table users" }],
  ["table", { consumer: "c", table: 'a"' }],
  ["table", { consumer: "c", table: "a.b.c" }],
  ["table", { consumer: "c", table: 7 }],
  ["there is no option", { consumer: "c", tabel: "t" }],
])("its options are checked: %s", (problem, options) => {
  expect(() => inbox(options as InboxOptions)).toThrow(ConfigurationError);
  expect(() => inbox(options as InboxOptions)).toThrow(problem);
});

describe("what it is given", () => {
  const seen = inbox({ consumer: "mailer" });
  const never = { unsafe: () => expect.fail("it was asked") };

  test("only texts can be message ids", async () => {
    for (const id of ["", "a\0", "i".repeat(513), 7, null, undefined, {}]) {
      await expect(seen.firstTime(never, id as string)).rejects.toThrow(TypeError);
    }
  });

  test("only numbers of milliseconds can be an age", async () => {
    for (const age of [-1, NaN, Infinity, "1", null, undefined]) await expect(seen.sweep(never, age as number)).rejects.toThrow(TypeError);
  });

  test("only transactions can be transactions", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (anything) => {
        await expect(seen.firstTime(anything as typeof never, "e1")).rejects.toThrow(TypeError);
      }),
    );
  });

  test("the driver's error is passed on, so that the transaction is rolled back", async () => {
    const broken = new Error("the server is gone");
    await expect(seen.firstTime({ unsafe: () => Promise.reject(broken) }, "e1")).rejects.toBe(broken);
  });
});
