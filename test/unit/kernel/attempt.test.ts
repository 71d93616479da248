import { describe, expect, expectTypeOf, test } from "vitest";
import { attempt, domainError, err, errAsync, ok, okAsync } from "denizen";
import type { Result } from "denizen";

const refused = domainError("refused", "no");

function disposable(log: string[], name: string) {
  return {
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      log.push(name);
    },
  };
}

describe("attempt", () => {
  test("gives the value that the body returns", async () => {
    const answer = await attempt(async function* () {
      const one = yield* ok(1);
      const two = yield* okAsync(2);
      return ok(one + two);
    });
    expect(answer).toEqual(ok(3));
  });

  test("leaves at the first err, with that err", async () => {
    const log: string[] = [];
    const answer = await attempt(async function* () {
      log.push("before");
      yield* err(refused);
      log.push("after");
      return ok(1);
    });
    expect(answer).toEqual(err(refused));
    expect(log).toEqual(["before"]);
  });

  test("disposes innermost first, and all of it before the result is there", async () => {
    const log: string[] = [];
    const answer = await attempt(async function* () {
      await using _outer = disposable(log, "outer");
      await using _inner = disposable(log, "inner");
      try {
        yield* errAsync(refused);
      } finally {
        log.push("finally");
      }
      return ok(1);
    });
    log.push("result");
    expect(answer).toEqual(err(refused));
    expect(log).toEqual(["finally", "inner", "outer", "result"]);
  });

  test("disposes when all goes well, too", async () => {
    const log: string[] = [];
    const answer = await attempt(async function* () {
      await using _ = disposable(log, "disposed");
      log.push("body");
      return ok(undefined);
    });
    expect(answer.isOk()).toBe(true);
    expect(log).toEqual(["body", "disposed"]);
  });

  test("an err that a finally yields does not take the place of the first, nor keep the others from running", async () => {
    const log: string[] = [];
    const answer = await attempt(async function* () {
      try {
        try {
          yield* err(refused);
        } finally {
          log.push("inner");
          yield* err(domainError("second", "too late"));
          log.push("never");
        }
      } finally {
        log.push("outer");
      }
      return ok(1);
    });
    expect(answer).toEqual(err(refused));
    expect(log).toEqual(["inner", "outer"]);
  });

  test("nests, each closing what is its own", async () => {
    const log: string[] = [];
    const answer = await attempt(async function* () {
      await using _ = disposable(log, "outer");
      const inner = await attempt(async function* () {
        await using _ = disposable(log, "inner");
        yield* err(refused);
        return ok(1);
      });
      log.push(inner.isErr() ? inner.error.code : "ok");
      yield* inner;
      return ok(2);
    });
    expect(answer).toEqual(err(refused));
    expect(log).toEqual(["inner", "refused", "outer"]);
  });

  test("what the body throws passes as it is, after everything is disposed", async () => {
    const log: string[] = [];
    const thrown = new Error("a bug of the body's");
    const answer = attempt(async function* () {
      await using _ = disposable(log, "disposed");
      if (log.length === 0) throw thrown;
      yield* err(refused);
      return ok(1);
    });
    await expect((async () => answer)()).rejects.toBe(thrown);
    expect(log).toEqual(["disposed"]);
  });

  test("a body that returns an err answers with it", async () => {
    expect(
      await attempt(async function* () {
        yield* ok(1);
        return err(refused);
      }),
    ).toEqual(err(refused));
  });

  test.each([
    ["nothing", undefined],
    ["text", "body"],
    ["an async function", async () => ok(1)],
    ["a function of nothing", () => undefined],
    ["a generator that returns no Result", async function* () {}],
    [
      "a generator that returns a proxy",
      async function* () {
        return hostile;
      },
    ],
    [
      "a generator that returns null",
      async function* () {
        return null;
      },
    ],
  ])("what is no body is an invalid argument: %s", async (_, body) => {
    const answer = await attempt(body as never);
    expect(answer).toMatchObject({ error: { code: "invalid-argument", argument: "body" } });
  });

  test("the errors of the result are those that were yielded or returned", () => {
    const _typed = () =>
      attempt(async function* () {
        const number = yield* ok(1) as Result<number, { readonly code: "a" }>;
        if (number > 1) return err({ code: "b" } as const);
        return ok("text");
      });
    expectTypeOf<Awaited<ReturnType<typeof _typed>>>().toEqualTypeOf<Result<string, { readonly code: "a" } | { readonly code: "b" }>>();
  });
});

const hostile: unknown = new Proxy(
  {},
  {
    has: () => {
      throw new Error("hostile");
    },
    getPrototypeOf: () => {
      throw new Error("hostile");
    },
  },
);
