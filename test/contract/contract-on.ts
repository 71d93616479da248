import { afterAll, beforeAll, describe, test } from "vitest";
import type { Store } from "denizen/ports";
import { joinContract, storeContract } from "denizen/testing";
import { open } from "../support/drivers.js";
import type { Driver, Opened } from "../support/drivers.js";

/** Each driver's in a file of its own, so that they run at the same time. */
export function contractOn(driver: Driver): void {
  describe(`the store contract on ${driver}`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open(driver);
    });
    afterAll(() => opened.close());

    for (const { name, run } of storeContract(() => Promise.resolve(opened.store as Store<unknown>))) test(name, run);

    const joinable = () =>
      Promise.resolve({ store: opened.store, transaction: (work: Parameters<Opened["transaction"]>[0]) => opened.transaction(work) });
    for (const { name, run } of joinContract(joinable)) test(name, run);
  });
}
