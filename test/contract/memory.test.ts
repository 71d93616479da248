import { describe, test } from "vitest";
import { memory } from "denizen/memory";
import { storeContract } from "denizen/testing";

describe("the memory store keeps the contract", () => {
  for (const { name, run } of storeContract(async () => memory())) test(name, run);
});

describe("one memory store shared by all cases keeps the contract", () => {
  const store = memory();
  for (const { name, run } of storeContract(async () => store)) test(name, run);
});
