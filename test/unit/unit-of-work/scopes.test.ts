import { describe, expect, test } from "vitest";
import { ok, systemActor } from "denizen";
import type { EventMetadata } from "denizen";
import { codeOf } from "../../support/codes.js";
import { galaxy } from "../../support/galaxy.js";

const importer = systemActor("importer")._unsafeUnwrap();

describe("a scope", () => {
  test("is in the metadata of every event: actor, tenant, correlation, causation and trace", async () => {
    const { application } = galaxy();
    const heard: EventMetadata[] = [];
    application.bus.subscribe("*", ({ metadata }) => heard.push(metadata));
    const scope = application
      .as(importer)
      .tenant("acme")
      .correlated({ correlationId: "request 1", causationId: "message 2", trace: "00-1-2-03" })
      .correlated({ causationId: "message 3" });
    await using uow = scope.unitOfWork();
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    const { commitId } = (await uow.commit())._unsafeUnwrap();
    expect(heard).toEqual([
      { actor: "system:importer", tenant: "acme", commitId, correlationId: "request 1", causationId: "message 3", trace: "00-1-2-03" },
    ]);
    expect(uow.scope).toMatchObject({ actor: "system:importer", tenant: "acme" });
  });

  test("of a tenant is a world of its own", async () => {
    const { application } = galaxy();
    const [acme, globex] = [application.tenant("acme"), application.tenant("globex")];
    await using one = acme.unitOfWork();
    const mars = (await one.planets.create({ name: "Mars" }))._unsafeUnwrap();
    expect((await one.commit()).isOk()).toBe(true);
    await using other = globex.unitOfWork();
    expect(codeOf(await other.planets.get(mars.id))).toBe("not-found");
    expect(codeOf(await other.planets.find({ kind: "name", key: "mars" }))).toBe("not-found");
    expect((await other.planets.create({ name: "Mars" }, { id: mars.id })).isOk()).toBe(true);
    expect(codeOf(await other.commit())).toBe("ok");
  });

  test.each([
    ["a copy of an actor", { ...importer }],
    ["an actor from a request body", JSON.parse('{"kind":"system","id":"importer"}')],
    ["a name", "system:importer"],
    ["nothing", undefined],
  ])("of %s answers invalid-scope behind every door", async (_, actor) => {
    const { application } = galaxy();
    const forged = application.as(actor as never);
    for (const doors of [
      forged,
      forged.tenant("acme"),
      forged.correlated({ correlationId: "c" }),
      application.tenant("acme").as(actor as never),
    ]) {
      await using uow = doors.unitOfWork();
      expect(codeOf(await uow.planets.create({ name: "Mars" }))).toBe("invalid-scope");
      expect(codeOf(await uow.planets.get("id"))).toBe("invalid-scope");
      expect(codeOf(await uow.planets.find({ kind: "name", key: "mars" }))).toBe("invalid-scope");
      expect(codeOf(await uow.transaction())).toBe("invalid-scope");
      expect(codeOf(await uow.commit())).toBe("invalid-scope");
      await using users = doors.users();
      expect(codeOf(await users.create({ name: "Ada" }))).toBe("invalid-scope");
      expect(codeOf(await users.read({ name: "Ada" }))).toBe("invalid-scope");
      expect(codeOf(await users.verify({ id: "id" }, { password: "x" }))).toBe("invalid-scope");
      expect(codeOf(await users.save())).toBe("invalid-scope");
      expect(codeOf(await doors.outcome("commit"))).toBe("invalid-scope");
      const work = async function* () {
        yield* ok(undefined);
        return ok("answered");
      };
      expect(codeOf(await doors.transact(work))).toBe("invalid-scope");
      expect(codeOf(await doors.transact(work, { commandId: "c" }))).toBe("invalid-scope");
    }
  });

  test("that is not valid does not get the answers that another scope's commands were given", async () => {
    const { application } = galaxy();
    const work = async function* () {
      yield* ok(undefined);
      return ok("secret answer");
    };
    expect((await application.transact(work, { commandId: "c" })).isOk()).toBe(true);
    expect(codeOf(await application.as({ ...importer }).transact(work, { commandId: "c" }))).toBe("invalid-scope");
  });

  test.each(["", "\u0000", "x".repeat(256), "\ud800", 7, null])("of a tenant that is no text is invalid: %o", async (tenant) => {
    const { application } = galaxy();
    await using uow = application.tenant(tenant as string).unitOfWork();
    expect((await uow.commit())._unsafeUnwrapErr()).toMatchObject({ code: "invalid-scope" });
  });

  test.each([{ correlationId: "" }, { causationId: 7 }, { trace: "\u0000" }, { correlationId: "x".repeat(256) }])(
    "of a correlation that is none is invalid: %o",
    async (correlation) => {
      const { application } = galaxy();
      await using uow = application.correlated(correlation as never).unitOfWork();
      expect(codeOf(await uow.commit())).toBe("invalid-scope");
    },
  );

  test("within a transaction that memory has none of is invalid", async () => {
    const { application } = galaxy();
    for (const within of [{}, null, 0]) {
      await using uow = application.unitOfWork({ within: within as never });
      expect(codeOf(await uow.commit())).toBe("invalid-scope");
      expect(codeOf(await uow.transaction())).toBe("invalid-scope");
    }
    await using uow = application.unitOfWork({});
    expect(codeOf(await uow.commit())).toBe("ok");
  });
});
