import { describe, expectTypeOf, test } from "vitest";
import { Account, Application, User, erasure, fromHistory } from "denizen";
import type { Email, Exported, HistoryInvalid, Result, event } from "denizen";
import { memory } from "denizen/memory";
import type { Planet } from "../support/planets.js";
import { planets } from "../support/planets.js";

const application = new Application({ store: memory(), aggregates: { planets } });
const { queries, commands } = application;

/** What is looked at by the compiler and never run. */
const never = (_: () => unknown): void => undefined;

describe("the history, as the compiler sees it", () => {
  test("narrows its entries by the type that is asked for, and says what may have been erased", () => {
    never(async () => {
      const { items, next } = (await queries.history({ type: "email-added" }))._unsafeUnwrap();
      expectTypeOf(next).toEqualTypeOf<string | null>();
      const [added] = items;
      expectTypeOf(added?.type).toEqualTypeOf<"email-added" | undefined>();
      expectTypeOf(added?.payload.email).toEqualTypeOf<Email | undefined>();
      if (added !== undefined) expectTypeOf(added.payload.primary).toEqualTypeOf<boolean>();
      expectTypeOf(added?.metadata.actor).toEqualTypeOf<string | undefined>();
      const proofs = (await queries.history({ type: "proof-failed" }))._unsafeUnwrap().items;
      if (proofs[0] !== undefined) expectTypeOf(proofs[0].payload.method).toEqualTypeOf<string>();
      // @ts-expect-error there is no such event
      void queries.history({ type: "email-aded" });
      // @ts-expect-error who asks is the scope's business
      void queries.history({ as: "admin" });
    });
  });

  test("of everything narrows by the type of each entry, the host's among them", () => {
    never(async () => {
      for (const entry of (await queries.history({ user: "1" }))._unsafeUnwrap().items) {
        if (entry.type === "planet-renamed") expectTypeOf(entry.payload.name).toEqualTypeOf<string>();
        if (entry.type === "moon-captured") expectTypeOf(entry.payload.moon).toEqualTypeOf<string | undefined>();
        if (entry.type === "session-started") expectTypeOf(entry.payload.device).toEqualTypeOf<string | null | undefined>();
      }
    });
  });

  test("folds: what it gives is what a fold takes", () => {
    never(async () => {
      const { items } = (await queries.history({ user: "1" }))._unsafeUnwrap();
      expectTypeOf(User.fromHistory(items)).toEqualTypeOf<Result<User, HistoryInvalid>>();
      expectTypeOf(User.fromHistory<{ plan: string }>(items)).toEqualTypeOf<Result<User<{ plan: string }>, HistoryInvalid>>();
      expectTypeOf(Account.fromHistory(items)).toEqualTypeOf<Result<Account, HistoryInvalid>>();
      expectTypeOf(fromHistory(planets, items)).toEqualTypeOf<Result<Planet, HistoryInvalid>>();
      const was = await application.unitOfWork().planets.asOf("1", { version: 1 });
      expectTypeOf(was._unsafeUnwrap()).toEqualTypeOf<Planet>();
      // @ts-expect-error one of both
      void application.unitOfWork().planets.asOf("1", {});
    });
  });

  test("of export and erasure is closed", () => {
    never(async () => {
      const answer = await queries.export();
      if (answer.isOk()) expectTypeOf(answer.value).toEqualTypeOf<Exported>();
      else expectTypeOf(answer.error.code).extract<"user-not-found">().toEqualTypeOf<"user-not-found">();
      const erased = await commands.eraseUser({ id: "1" });
      if (erased.isErr()) expectTypeOf(erased.error.code).extract<"account-not-found">().toBeNever();
      expectTypeOf(erasure()).toExtend<ReturnType<typeof event>>();
    });
  });
});
