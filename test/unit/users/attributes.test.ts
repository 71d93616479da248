import { describe, expect, expectTypeOf, test } from "vitest";
import { Application } from "denizen";
import { memory } from "denizen/memory";
import { boolean, coerce, object, optional, string } from "zod";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { codeOf } from "../../support/codes.js";

/** A Standard Schema of a library that works asynchronously, as valibot's can. */
const schemaOf = <Output extends object>(
  validate: (value: unknown) => StandardSchemaV1.Result<Output> | Promise<StandardSchemaV1.Result<Output>>,
): StandardSchemaV1<Output, Output> => ({ "~standard": { version: 1, vendor: "test", validate } });

describe("attributes", () => {
  const schema = object({
    theme: string().default("light"),
    age: coerce.number().int().optional(),
    nested: optional(object({ on: boolean() })),
  });
  const application = new Application({ store: memory(), attributes: schema });

  test("go through the host's schema, and come out as its type", async () => {
    await using users = application.users();
    const user = (
      await users.create({ name: "Ada", attributes: { age: "36", nested: { on: true }, more: "unknown" } as never })
    )._unsafeUnwrap();
    expect(user.attributes).toEqual({ theme: "light", age: 36, nested: { on: true } });
    expectTypeOf(user.attributes.theme).toEqualTypeOf<string>();
    expectTypeOf(user.attributes.age).toEqualTypeOf<number | undefined>();
    expect(codeOf(await user.setAttributes({ theme: "dark" }))).toBe("ok");
    expect(codeOf(await users.save(user))).toBe("ok");
    await using again = application.users();
    expect((await again.read({ id: user.id }))._unsafeUnwrap().attributes).toEqual({ theme: "dark" });
  });

  test("may be left out where the schema asks for none", async () => {
    await using users = application.users();
    expect((await users.create({ name: "Ada" }))._unsafeUnwrap().attributes).toEqual({ theme: "light" });
  });

  test("that do not fit are refused, with the schema's own issues, and change nothing", async () => {
    await using users = application.users();
    expect(codeOf(await users.create({ name: "Ada", attributes: { theme: 7 as never } }))).toBe("attributes-invalid");
    const user = (await users.create({ name: "Ada" }))._unsafeUnwrap();
    const error = (await user.setAttributes({ theme: "dark", nested: { on: "yes" as never } }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ code: "attributes-invalid", issues: [{ path: "nested.on" }] });
    expect([user.attributes, user.version]).toEqual([{ theme: "light" }, 1]);
  });

  test("required by the schema are required by create", async () => {
    const strict = new Application({ store: memory(), attributes: object({ plan: string() }) });
    await using users = strict.users();
    // @ts-expect-error -- the schema asks for a plan
    expect(codeOf(await users.create({ name: "Ada" }))).toBe("attributes-invalid");
    expect(codeOf(await users.create({ name: "Ada", attributes: { plan: "free" } }))).toBe("ok");
  });

  test("without a schema there are none, whatever is sent", async () => {
    await using users = new Application({ store: memory() }).users();
    const user = (await users.create({ name: "Ada", attributes: { admin: true } }))._unsafeUnwrap();
    expect(user.attributes).toEqual({});
  });

  test("of an asynchronous schema are waited for", async () => {
    const asynchronous = schemaOf<{ readonly plan: string }>(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return { value: { plan: "free" } };
    });
    await using users = new Application({ store: memory(), attributes: asynchronous }).users();
    const user = (await users.create({ name: "Ada", attributes: { plan: "any" } }))._unsafeUnwrap();
    expect(user.attributes).toEqual({ plan: "free" });
  });

  test.each<[string, (value: unknown) => unknown]>([
    [
      "throws",
      () => {
        throw new Error("a bug");
      },
    ],
    ["rejects", () => Promise.reject(new Error("a bug"))],
    ["answers nothing", () => undefined],
    ["answers text", () => ({ value: "text" })],
    ["answers null", () => ({ value: null })],
    ["answers a number", () => ({ value: 7 })],
    ["answers a list", () => ({ value: [1] })],
    ["answers a date", () => ({ value: { at: new Date(0) } })],
    ["answers half a surrogate pair", () => ({ value: { text: "\ud800" } })],
    ["answers issues that are none", () => ({ issues: 7 })],
    [
      "answers what throws when it is read",
      () => ({
        value: new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error("hostile");
            },
          },
        ),
      }),
    ],
  ])("of a schema that %s are refused", async (_, validate) => {
    await using users = new Application({ store: memory(), attributes: schemaOf(validate as never) }).users();
    expect(codeOf(await users.create({ name: "Ada", attributes: {} }))).toBe("attributes-invalid");
  });

  test("are a copy: who holds what was passed cannot change them any more, nor who holds what was handed out", async () => {
    const given = { tags: ["a"] };
    await using users = new Application({
      store: memory(),
      attributes: schemaOf<{ tags: string[] }>((value) => ({ value: value as { tags: string[] } })),
    }).users();
    const user = (await users.create({ name: "Ada", attributes: given }))._unsafeUnwrap();
    given.tags.push("b");
    expect(user.attributes.tags).toEqual(["a"]);
    expect(() => user.attributes.tags.push("c")).toThrow(TypeError);
  });
});
