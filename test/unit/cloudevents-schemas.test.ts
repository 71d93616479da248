import { readFileSync, readdirSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { AnySchemaObject, ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import type { DomainEvent } from "denizen";
import { encode, toCloudEvent } from "denizen/cloudevents";
import { schemas } from "../../adapters/cloudevents/generate/index.js";
import { OWN_TYPES, story } from "./cloudevents-story.js";

const FOLDER = new URL("../../adapters/cloudevents/schemas/", import.meta.url);
const read = (name: string): AnySchemaObject => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as AnySchemaObject;
const published = readdirSync(FOLDER).filter((name) => name !== "index.json");

/** The published schemas; `closed`, they also refuse fields that they do not name. */
function validator(closed = false): (name: string) => ValidateFunction {
  const ajv = new Ajv2020({ strictTypes: false, keywords: ["x-personal"] });
  addFormats(ajv);
  for (const name of published)
    ajv.addSchema({ ...read(name), ...(closed && name !== "cloud-event.v1.json" ? { additionalProperties: false } : {}) });
  return (name) => {
    const validate = ajv.getSchema(`https://unpkg.com/denizen/dist/schemas/${name}`);
    if (validate === undefined) throw new Error(`there is no schema ${name}`);
    return validate;
  };
}

const events = await story();
const source = "https://users.example.com";
const forms = ["ids", "impersonal", "full"] as const;
const wire = (event: DomainEvent, data: (typeof forms)[number]): Record<string, unknown> =>
  JSON.parse(encode(toCloudEvent(event, { source, data })._unsafeUnwrap())._unsafeUnwrap().body) as Record<string, unknown>;

describe("the published schemas", () => {
  test("are what `npm run schemas` makes of the definitions", async () => {
    for (const [name, text] of await schemas()) expect(readFileSync(new URL(name, FOLDER), "utf8"), name).toBe(text);
  });

  test("are there for every type of event, and listed", () => {
    expect(Object.keys(read("index.json"))).toEqual(OWN_TYPES);
    for (const name of Object.values(read("index.json"))) expect(published).toContain(name);
  });

  test("each say where they are", () => {
    for (const name of published) expect(read(name)["$id"]).toBe(`https://unpkg.com/denizen/dist/schemas/${name}`);
  });
});

describe("events that happened", () => {
  test("are of every type", () => {
    expect([...new Set(events.map(({ type }) => type))].sort()).toEqual(OWN_TYPES);
  });

  test.each(forms)("have data as their schemas say, and no field more, told as %s", (form) => {
    const schema = validator(true);
    for (const event of events) {
      const { dataschema, data } = wire(event, form);
      const validate = schema(String(dataschema).split("/").at(-1) ?? "");
      expect(validate(data), `${event.type}: ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });

  test.each(forms)("are CloudEvents as the envelope's schema says, told as %s", (form) => {
    const validate = validator()("cloud-event.v1.json");
    for (const event of events) expect(validate(wire(event, form)), `${event.type}: ${JSON.stringify(validate.errors)}`).toBe(true);
  });

  test("keep to their schemas when what was personal has been erased", () => {
    const schema = validator(true);
    for (const event of events) {
      const impersonal = wire(event, "impersonal")["data"];
      const validate = schema(`${event.type}.v${event.version}.json`);
      expect(validate(impersonal), `${event.type}: ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });
});

describe("the schemas refuse", () => {
  const validate = (name: string, data: unknown): boolean => validator()(name)(data);

  test("what has the wrong shape", () => {
    expect(validate("role-granted.v1.json", { role: "admin", scope: null })).toBe(true);
    expect(validate("role-granted.v1.json", { role: "admin" })).toBe(false);
    expect(validate("role-granted.v1.json", { role: 1, scope: null })).toBe(false);
    expect(validate("account-opened.v1.json", { status: "closed", role: null })).toBe(false);
    expect(validate("session-started.v1.json", { methods: ["password", 7] })).toBe(false);
    expect(validate("user-created.v1.json", { name: { given: "Ada" }, attributes: {} })).toBe(false);
    expect(validate("ids.v1.json", { publisher: { kind: "user", id: "1" }, subject: null })).toBe(false);
  });

  test("personal fields in data that shall have none", () => {
    expect(validate("email-added.v1.json", { email: "ada@example.com", primary: true })).toBe(true);
    expect(validate("email-added.v1.impersonal.json", { primary: true })).toBe(true);
    expect(validate("email-added.v1.impersonal.json", { email: "ada@example.com", primary: true })).toBe(false);
  });

  test("an envelope whose data is not that of its schema", () => {
    const [event] = events.filter(({ type }) => type === "role-granted");
    if (event === undefined) throw new Error("nobody was granted a role");
    const told = wire(event, "full");
    expect(validate("cloud-event.v1.json", told)).toBe(true);
    expect(validate("cloud-event.v1.json", { ...told, data: { role: 7 } })).toBe(false);
    expect(validate("cloud-event.v1.json", { ...told, tenant: undefined })).toBe(false);
    expect(validate("cloud-event.v1.json", { ...told, dataschema: "https://schemas.example.com/role-granted.v1.json", data: {} })).toBe(
      false,
    );
  });
});
