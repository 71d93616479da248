import { describe, expectTypeOf, test } from "vitest";
import type { DenizenError, DomainError, ErrorCode } from "denizen";
import { defineProblems, problems } from "denizen/problem";
import type { Problem, ProblemTypes } from "denizen/problem";

type PlanetTaken = DomainError<"planet-taken"> & { readonly name: string; readonly cause: unknown };
type PlanetError = PlanetTaken | DomainError<"planet-too-light">;

// Only the types are asked: nothing here runs.
const never = (_: () => unknown): void => undefined;

const tooLight = { status: 422, title: "This planet is too light" } as const;

describe("the union of errors", () => {
  test("is closed, and tells the errors apart", () => {
    expectTypeOf<DomainError extends DenizenError ? true : false>().toEqualTypeOf<false>();
    expectTypeOf<string extends ErrorCode ? true : false>().toEqualTypeOf<false>();
    expectTypeOf<"email-taken">().toExtend<ErrorCode>();
    // @ts-expect-error there is no such code
    expectTypeOf<"email-eaten">().toExtend<ErrorCode>();
    expectTypeOf<Extract<DenizenError, { code: "too-many-attempts" }>["retryAt"]>().toEqualTypeOf<string>();
  });
});

describe("the table of problems", () => {
  test("has every code, and no other", () => {
    expectTypeOf<keyof typeof problems>().toEqualTypeOf<ErrorCode | "internal-error">();
    never(() => {
      const { "email-taken": _, ...fewer } = problems;
      // @ts-expect-error e-mails are taken, too
      fewer satisfies ProblemTypes<DenizenError>;
      // @ts-expect-error there is no such code
      ({ ...problems, "email-eaten": tooLight }) satisfies ProblemTypes<DenizenError>;
    });
  });

  test("shows only what the errors have, and no cause", () => {
    never(() => {
      // @ts-expect-error an address has no limit
      ({ ...problems, "address-unknown": { ...tooLight, shows: ["limit"] } }) satisfies ProblemTypes<DenizenError>;
      // @ts-expect-error what was thrown is for the log
      ({ ...problems, "work-threw": { ...tooLight, shows: ["cause"] } }) satisfies ProblemTypes<DenizenError>;
      // @ts-expect-error `detail` is a member of the problem's own
      ({ ...problems, "store-failed": { ...tooLight, shows: ["detail"] } }) satisfies ProblemTypes<DenizenError>;
    });
  });

  test("says its statuses to the compiler", () => {
    expectTypeOf(problems["email-taken"].status).toEqualTypeOf<409>();
    expectTypeOf(problems["store-busy"].status).toEqualTypeOf<503>();
  });
});

describe("a host's codes", () => {
  test("are all asked for, when their union is named", () => {
    never(() => {
      const planetTaken = { status: 409, title: "This planet is taken", shows: ["name", "message"] } as const;
      defineProblems<PlanetError>({ "planet-taken": planetTaken, "planet-too-light": tooLight });
      // Ours among them are there already, and may be seen differently.
      defineProblems<PlanetError | DenizenError>({ "planet-taken": planetTaken, "planet-too-light": tooLight });
      defineProblems<PlanetError>({
        "planet-taken": planetTaken,
        "planet-too-light": tooLight,
        "invalid-argument": { status: 400, title: "Something is not valid", shows: ["argument"] },
      });
      // @ts-expect-error a planet may be too light
      defineProblems<PlanetError>({ "planet-taken": planetTaken });
      // @ts-expect-error there is no such code
      defineProblems<PlanetError>({ "planet-taken": planetTaken, "planet-too-light": tooLight, "planet-eaten": tooLight });
      // @ts-expect-error a planet has no mass here
      defineProblems<PlanetTaken>({ "planet-taken": { ...tooLight, shows: ["mass"] } });
      // @ts-expect-error what was thrown is for the log
      defineProblems<PlanetTaken>({ "planet-taken": { ...tooLight, shows: ["cause"] } });
    });
  });

  test("are any, when it is not", () => {
    never(() => {
      defineProblems({ "planet-taken": { status: 409, title: "This planet is taken", shows: ["name"] } });
      defineProblems({ "not-found": { status: 410, title: "It is gone" } });
      // @ts-expect-error an e-mail that is taken has no planet
      defineProblems({ "email-taken": { status: 409, title: "This e-mail address is taken", shows: ["planet"] } });
      // @ts-expect-error a title is missing
      defineProblems({ "planet-taken": { status: 409 } });
    });
  });
});

test("a problem is data", () => {
  expectTypeOf<Problem["status"]>().toEqualTypeOf<number>();
  expectTypeOf<Problem["detail"]>().toEqualTypeOf<string | undefined>();
});
