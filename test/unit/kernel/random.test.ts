import { expect, test } from "vitest";
import { hex } from "../../../src/kernel/random.js";

test("hexadecimal has its dashes where they are asked for", () => {
  const bytes = Uint8Array.of(0, 15, 16, 171, 255);
  expect(hex(bytes)).toBe("000f10abff");
  expect(hex(bytes, [4, 7])).toBe("000f-10-abff");
});
