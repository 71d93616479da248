import { describe, expect, expectTypeOf, test } from "vitest";
import { Application, Users, attempt, domainError, err, ok } from "denizen";
import type { Result } from "denizen";
import { memory } from "denizen/memory";
import { codeOf } from "../../support/codes.js";
import { galaxy, nameOf, planet } from "../../support/galaxy.js";
import { planets } from "../../support/planets.js";
import { watchedStore } from "../../support/watched-store.js";

const noted = domainError("changed-my-mind", "no");

describe("transact", () => {
  test("commits when the block returns ok, and gives its value", async () => {
    const { application } = galaxy();
    const answer = await application.transact(async function* ({ uow }) {
      const mars = yield* uow.planets.create({ name: "Mars" });
      return ok(mars.id);
    });
    expect(await nameOf(application, answer._unsafeUnwrap())).toBe("Mars");
  });

  test.each(["returned", "yielded"])("rolls back on an err that is %s, and gives it", async (how) => {
    const log: string[] = [];
    const { application } = galaxy(watchedStore(log));
    const answer = await application.transact(async function* ({ uow }) {
      yield* uow.planets.create({ name: "Mars" });
      if (how === "yielded") yield* err(noted);
      return err(noted);
    });
    expect(answer).toEqual(err(noted));
    expect(log).toEqual(["begin", "rollback"]);
    await planet(application, "Mars");
  });

  test("rolls back on a throw, which is an err with the cause", async () => {
    const { application } = galaxy();
    const cause = new Error("a bug");
    const answer = await application.transact(async function* ({ uow }) {
      yield* uow.planets.create({ name: "Mars" });
      throw cause;
    });
    expect(answer._unsafeUnwrapErr()).toMatchObject({ code: "work-threw", message: "a bug", cause });
    await planet(application, "Mars");
  });

  test("runs the whole block again from fresh reads when it lost a race, and no effect is there twice", async () => {
    const { application, store } = galaxy();
    const id = await planet(application, "Mars");
    let runs = 0;
    const answer = await application.transact(async function* ({ uow }) {
      const mars = yield* uow.planets.get(id);
      if (++runs === 1) {
        const rival = await attempt(async function* () {
          await using other = application.unitOfWork();
          (yield* other.planets.get(id)).capture("Phobos");
          return ok(yield* other.commit());
        });
        expect(rival.isOk()).toBe(true);
      }
      mars.capture("Deimos");
      return ok(mars.moons);
    });
    expect(runs).toBe(2);
    expect(answer._unsafeUnwrap()).toEqual(["Phobos", "Deimos"]);
    expect((await store.history("default", { kind: "planet", id }))._unsafeUnwrap()).toHaveLength(3);
  });

  test("gives up after as many retries as it may, and says that it lost", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    let runs = 0;
    const losing = (retries: number) => {
      runs = 0;
      return application.transact(
        async function* ({ uow }) {
          runs++;
          const mars = yield* uow.planets.get(id);
          await using other = application.unitOfWork();
          (yield* other.planets.get(id)).capture("rival");
          yield* other.commit();
          mars.capture("ours");
          return ok(undefined);
        },
        { retries },
      );
    };
    expect(codeOf(await losing(2))).toBe("concurrency-conflict");
    expect(runs).toBe(3);
    expect(codeOf(await losing(0))).toBe("concurrency-conflict");
    expect(runs).toBe(1);
  });

  test("50 increments at once, each retried, lose no update", async () => {
    const { application } = galaxy(memory());
    const id = await planet(application, "Mars");
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        application.transact(
          async function* ({ uow }) {
            (yield* uow.planets.get(id)).capture(`moon ${index}`);
            return ok(undefined);
          },
          { retries: 100 },
        ),
      ),
    );
    expect(answers.every((answer) => answer.isOk())).toBe(true);
    await using uow = application.unitOfWork();
    expect(new Set((await uow.planets.get(id))._unsafeUnwrap().moons).size).toBe(50);
  });

  test("the commit is not the block's business", async () => {
    const { application } = galaxy();
    const answer = await application.transact(async function* ({ uow }) {
      const mars = yield* uow.planets.create({ name: "Mars" });
      expectTypeOf(uow).not.toHaveProperty("commit");
      const committed: unknown = await (Reflect.get(uow, "commit") as () => PromiseLike<Result<unknown, { code: string }>>).call(uow);
      expect(committed).toMatchObject({ error: { code: "invalid-argument", argument: "commit" } });
      return ok(mars.id);
    });
    expect(await nameOf(application, answer._unsafeUnwrap())).toBe("Mars");
  });

  test("a block that disposes its unit is told so, and nothing is written", async () => {
    const { application } = galaxy();
    const answer = await application.transact(async function* ({ uow }) {
      yield* uow.planets.create({ name: "Mars" });
      await (Reflect.get(uow, Symbol.asyncDispose) as () => Promise<void>).call(uow);
      return ok(undefined);
    });
    expect(codeOf(answer)).toBe("unit-closed");
    await planet(application, "Mars");
  });

  test("in-transaction subscribers and taken identifiers answer as in any commit", async () => {
    const { application } = galaxy();
    await planet(application, "Mars");
    const taken = await application.transact(async function* ({ uow }) {
      yield* uow.planets.create({ name: "Mars" });
      return ok(1);
    });
    expect(codeOf(taken)).toBe("planet-name-taken");
    const vetoed = await application.transact(async function* ({ uow }) {
      uow.subscribe("planet-formed", () => err(noted));
      yield* uow.planets.create({ name: "Venus" });
      return ok(1);
    });
    expect(vetoed._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", reason: noted });
  });

  test("users can be bound to its unit, and a proof inside is refused", async () => {
    const { application } = galaxy();
    const answer = await application.transact(async function* ({ uow }) {
      const user = yield* uow.users.create({ name: "Ada", password: "correct horse battery" });
      const proved = await user.verify({ password: "correct horse battery" });
      return ok(codeOf(proved));
    });
    expect(answer._unsafeUnwrap()).toBe("credential-not-saved");
    const other = await application.transact(async function* ({ uow }) {
      const user = yield* uow.users.find({ kind: "name", key: "ada", shared: true });
      return ok([
        codeOf(await user.verify({ password: "correct horse battery" })),
        codeOf(await user.changePassword({ current: "a", next: "b" })),
      ]);
    });
    expect(other._unsafeUnwrap()).toEqual(["proof-inside-transaction", "proof-inside-transaction"]);
  });

  test.each([[undefined], ["text"], [async () => ok(1)], [() => undefined]])("a block that is none is told so: %o", async (work) => {
    const { application } = galaxy();
    expect(["invalid-argument", "work-threw"]).toContain(codeOf(await application.transact(work as never)));
  });

  test.each([-1, 101, 1.5, Number.NaN, "3"])("%o retries are refused", async (retries) => {
    const { application } = galaxy();
    const work = async function* () {
      return ok(1);
    };
    expect(codeOf(await application.transact(work as never, { retries: retries as number }))).toBe("invalid-argument");
  });
});

describe("a command id", () => {
  const form = (application: Application<never, { planets: typeof planets }>, name: string, commandId: string) =>
    application.transact(
      async function* ({ uow }) {
        const formed = yield* uow.planets.create({ name });
        return ok({ id: formed.id, name });
      },
      { commandId },
    );
  const open = () => new Application({ store: memory(), aggregates: { planets } });

  test("gives a retry the first one's answer, and one effect", async () => {
    const application = open();
    const first = await form(application, "Mars", "c");
    const second = await form(application, "Venus", "c");
    expect(second).toEqual(first);
    await using uow = application.unitOfWork();
    expect(codeOf(await uow.planets.find({ kind: "name", key: "venus" }))).toBe("not-found");
  });

  test("gives 20 at once the same answer, and one effect", async () => {
    const application = open();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => form(application, `Planet ${index}`, "c")));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.isOk()).toBe(true);
  });

  test("gives 20 at once that want the same name the same answer: none hears that the name is taken by itself", async () => {
    const application = open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => form(application, "Mars", "c")));
    expect(answers.map(codeOf)).toEqual(answers.map(() => "ok"));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test("answers a retry also when the block would now refuse by its own rule", async () => {
    const application = open();
    const once = () =>
      application.transact(
        async function* ({ uow }) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          const found = await uow.planets.find({ kind: "name", key: "mars" });
          if (found.isOk()) return err(domainError("there-already", "by the block's own rule"));
          const mars = yield* uow.planets.create({ name: "Mars" });
          return ok(mars.id);
        },
        { commandId: "c" },
      );
    const first = once();
    await new Promise((resolve) => setTimeout(resolve, 3));
    const answers = await Promise.all([first, once()]);
    expect(answers.map(codeOf)).toEqual(["ok", "ok"]);
    expect(answers[1]).toEqual(answers[0]);
  });

  test("is one per actor and tenant", async () => {
    const { application } = galaxy();
    const { systemActor } = await import("denizen");
    const importer = systemActor("importer")._unsafeUnwrap();
    const run = async (doors: Pick<typeof application, "transact">) =>
      (
        await doors.transact(
          async function* ({ uow }) {
            yield* ok(undefined);
            return ok(`${uow.scope.actor} ${uow.scope.tenant}`);
          },
          { commandId: "c" },
        )
      )._unsafeUnwrap();
    expect(await run(application)).toBe("anonymous default");
    expect(await run(application.as(importer))).toBe("system:importer default");
    expect(await run(application.tenant("other"))).toBe("anonymous other");
    expect(await run(application)).toBe("anonymous default");
  });

  test("that failed may be tried again", async () => {
    const application = open();
    expect((await form(application, "Mars", "first")).isOk()).toBe(true);
    expect(codeOf(await form(application, "Mars", "c"))).toBe("planet-name-taken");
    expect((await form(application, "Venus", "c")).isOk()).toBe(true);
  });

  test("asks for an answer that is JSON, or none at all", async () => {
    const { application } = galaxy();
    const answering = (value: unknown, commandId: string) =>
      application.transact(
        async function* () {
          yield* ok(undefined);
          return ok(value);
        },
        { commandId },
      );
    expect(codeOf(await answering(new Date(0), "a"))).toBe("not-storable");
    expect(codeOf(await answering({ date: new Map() }, "b"))).toBe("not-storable");
    for (const [id, value] of [
      ["c", undefined],
      ["d", null],
      ["e", { a: [1] }],
    ] as const) {
      const first = await answering(value, id);
      expect(first).toEqual(ok(value));
      expect(await answering("another", id)).toEqual(first);
    }
  });

  test.each(["", "x".repeat(256), "\ud800", 7, null])("that is none is refused: %o", async (commandId) => {
    const { application } = galaxy();
    const work = async function* () {
      return ok(1);
    };
    expect(codeOf(await application.transact(work as never, { commandId: commandId as string }))).toBe("invalid-argument");
  });

  test("of a plain commit is recognised too, with what was answered then", async () => {
    const { application, store } = galaxy();
    const save = async (name: string) => {
      await using uow = application.unitOfWork();
      expect((await uow.planets.create({ name })).isOk()).toBe(true);
      return await uow.commit({ command: { id: "c", outcome: { name } } });
    };
    const first = (await save("Mars"))._unsafeUnwrap();
    expect(first.repeated).toBeUndefined();
    for (const name of ["Venus", "Mars"]) {
      expect((await save(name))._unsafeUnwrap()).toEqual({
        commitId: first.commitId,
        position: first.position,
        repeated: { outcome: { name: "Mars" } },
      });
    }
    expect((await store.findCommand("default", "anonymous", "c"))._unsafeUnwrap()?.outcome).toEqual({ name: "Mars" });
  });

  test("of a commit without changes is kept all the same", async () => {
    const { application } = galaxy();
    const save = async () => {
      await using uow = application.unitOfWork();
      return await uow.commit({ command: { id: "c", outcome: 1 } });
    };
    expect((await save())._unsafeUnwrap().repeated).toBeUndefined();
    expect((await save())._unsafeUnwrap().repeated).toEqual({ outcome: 1 });
  });

  test.each([{ id: "" }, { id: 7 }, {}, null, { id: "c", outcome: new Date(0) }, { id: "c", outcome: () => 1 }])(
    "with options that are none is refused: %o",
    async (command) => {
      const { application } = galaxy();
      await using uow = application.unitOfWork();
      expect(codeOf(await uow.commit({ command: command as never }))).toBe("invalid-argument");
      expect(codeOf(await uow.commit())).toBe("ok");
    },
  );
});

describe("the outcome of a commit", () => {
  test("is committed at its position, or rolled back for good", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    const { commitId, position } = (await uow.commit())._unsafeUnwrap();
    expect((await application.outcome(commitId))._unsafeUnwrap()).toEqual({ status: "committed", position });
    expect((await application.outcome("never seen"))._unsafeUnwrap()).toEqual({ status: "rolled-back" });
  });

  test.each(["", "\u0000", 7, undefined])("of what is no commit id is refused: %o", async (id) => {
    const { application } = galaxy();
    expect(codeOf(await application.outcome(id as string))).toBe("invalid-argument");
  });
});

describe("users bound to a unit", () => {
  test("are that unit: saving them commits it, and disposing them leaves it open", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    {
      await using users = new Users({ bind: uow });
      expect(users.unit).toBe(uow);
      expect((await users.create({ name: "Ada" })).isOk()).toBe(true);
      expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
      expect((await users.save()).isOk()).toBe(true);
    }
    expect((await uow.planets.find({ kind: "name", key: "mars" })).isOk()).toBe(true);
  });
});
