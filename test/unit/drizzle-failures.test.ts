import { describe, expect, test } from "vitest";
import { failureOf, interpret, isServerError, storeError, wasNeverSent } from "../../adapters/drizzle/failure.js";

const withCode = (code: string) => new Error("wrapped by Drizzle", { cause: Object.assign(new Error("from the driver"), { code }) });

describe("a driver's error", () => {
  test.each(["EPIPE", "ECONNRESET", "CONNECTION_CLOSED", "CONNECTION_DESTROYED", "08006", "57P01", ""])(
    "%s is a lost connection",
    (code) => {
      const failure = failureOf(withCode(code));
      expect(storeError(failure).code).toBe("store-unavailable");
      expect(isServerError(failure)).toBe(false);
    },
  );

  test.each(["ECONNREFUSED", "ENOTFOUND", "57P03", "CONNECT_TIMEOUT"])("%s says that nothing was sent", (code) => {
    expect(wasNeverSent(failureOf(withCode(code)))).toBe(true);
  });

  test.each(["53300", "55P03", "57014"])("%s is a busy database", (code) => {
    expect(storeError(failureOf(withCode(code))).code).toBe("store-busy");
  });

  test.each(["40001", "40P01"])("%s is a lost race, whoever's statement it was", (code) => {
    expect(interpret(withCode(code))?.code).toBe("concurrency-conflict");
  });

  test("anything else of the server's is told by its code, without what somebody sent", () => {
    expect(storeError(failureOf(withCode("22P02")))).toMatchObject({ code: "store-failed", detail: "22P02" });
    expect(interpret(withCode("23505"))).toBeUndefined();
  });
});
