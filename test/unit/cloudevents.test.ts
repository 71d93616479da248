import { CloudEvent, HTTP } from "cloudevents";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigurationError, domainError, errAsync, event, okAsync, personalEvent } from "denizen";
import type { DomainEvent } from "denizen";
import { decode, encode, forward, toCloudEvent } from "denizen/cloudevents";
import type { CloudEventOptions, ForwardOptions } from "denizen/cloudevents";
import type { Message, Publisher } from "denizen/ports";

const SOURCE = "https://users.example.com";

const emailAdded: DomainEvent = {
  id: "0190-e",
  type: "email-added",
  version: 1,
  occurredAt: "2026-11-20T09:30:00.000Z",
  publisher: { kind: "user", id: "u/1", version: 3 },
  subject: "u/1",
  payload: { email: "ada@example.com", primary: true },
  metadata: {
    actor: "user:u/1",
    tenant: "acmé & co.",
    commitId: "c",
    correlationId: "r",
    causationId: null,
    trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  },
};

const told = (options: Partial<CloudEventOptions> = {}, happened = emailAdded): CloudEvent<object> =>
  toCloudEvent(happened, { source: SOURCE, ...options })._unsafeUnwrap();

const codeOf = (result: { isErr(): boolean; _unsafeUnwrapErr(): { readonly code: string } }): string =>
  result.isErr() ? result._unsafeUnwrapErr().code : "ok";

describe("an event as a CloudEvent", () => {
  test("has its identity, its time and its ids as attributes, and ids alone as data", () => {
    expect(told()).toBeInstanceOf(CloudEvent);
    expect(told().toJSON()).toEqual({
      specversion: "1.0",
      id: "0190-e",
      type: "denizen.email-added",
      source: SOURCE,
      subject: "u/1",
      time: "2026-11-20T09:30:00.000Z",
      datacontenttype: "application/json",
      dataschema: "https://unpkg.com/denizen/dist/schemas/ids.v1.json",
      tenant: "acmé & co.",
      actor: "user:u/1",
      correlationid: "r",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      publisherkind: "user",
      publisherid: "u/1",
      publisherversion: 3,
      partitionkey: "acm%C3%A9%20%26%20co%2E/user/u%2F1",
      data: { publisher: { kind: "user", id: "u/1", version: 3 }, subject: "u/1" },
    });
  });

  test("leaves out what is null", () => {
    const session = { ...emailAdded, subject: null, publisher: { kind: "session", id: "s", version: null } };
    const attributes = told({}, session);
    for (const name of ["subject", "publisherversion", "causationid"]) expect(attributes).not.toHaveProperty(name, expect.anything());
    expect(attributes.data).toEqual({ publisher: { kind: "session", id: "s", version: null }, subject: null });
  });

  test("tells the payload without personal fields, or all of it, when told to", () => {
    const impersonal = told({ data: "impersonal" });
    expect([impersonal.data, impersonal.dataschema]).toEqual([
      { primary: true },
      "https://unpkg.com/denizen/dist/schemas/email-added.v1.impersonal.json",
    ]);
    const full = told({ data: "full", schemas: "https://schemas.example.com/", typePrefix: "com.example." });
    expect([full.data, full.dataschema, full.type]).toEqual([
      emailAdded.payload,
      "https://schemas.example.com/email-added.v1.json",
      "com.example.email-added",
    ]);
  });

  test("names the one schema of a payload that has nothing personal", () => {
    const granted = { ...emailAdded, type: "role-granted", payload: { role: "admin", scope: null } };
    for (const data of ["impersonal", "full"] as const) {
      expect(told({ data }, granted).dataschema).toBe("https://unpkg.com/denizen/dist/schemas/role-granted.v1.json");
    }
  });

  test("knows the personal fields of the host's events by their definitions, and sends those it does not know as ids", () => {
    const named = { ...emailAdded, type: "planet-named", payload: { name: "Vulcan", mass: 1 } };
    const definitions = { "planet-named": personalEvent<{ name: string; mass: number }>()("name"), "planet-lost": event() };
    const impersonal = told({ data: "impersonal", definitions }, named);
    expect([impersonal.data, impersonal.dataschema]).toEqual([{ mass: 1 }, undefined]);
    expect(told({ data: "full" }, named).data).toEqual(named.payload);
    expect(told({ data: "impersonal" }, named).data).toEqual(told({ data: "ids" }, named).data);
    expect(told({ data: "impersonal" }, { ...named, type: "toString" }).data).toEqual(told({ data: "ids" }, named).data);
  });

  test("names no schema of a version that it has none for", () => {
    expect(told({ data: "full" }, { ...emailAdded, version: 2 }).dataschema).toBeUndefined();
  });

  test("is refused when it is none", () => {
    for (const broken of [
      undefined,
      null,
      7,
      {},
      { ...emailAdded, id: "" },
      { ...emailAdded, id: 7 },
      { ...emailAdded, occurredAt: undefined },
      { ...emailAdded, occurredAt: "yesterday" },
      { ...emailAdded, publisher: null },
      { ...emailAdded, metadata: {} },
    ]) {
      expect(codeOf(toCloudEvent(broken as DomainEvent, { source: SOURCE })), JSON.stringify(broken)).toBe("cloud-event-invalid");
    }
  });

  test("never throws, whatever it is", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.constantFrom(...Object.keys(emailAdded)), (anything, field) => {
        expect(["ok", "cloud-event-invalid"]).toContain(codeOf(toCloudEvent({ ...emailAdded, [field]: anything }, { source: SOURCE })));
        expect(codeOf(toCloudEvent(anything as DomainEvent, { source: SOURCE, data: "full" }))).toBe("cloud-event-invalid");
      }),
    );
    const hostile = new Proxy({}, { get: () => expect.fail("it was read") });
    expect(codeOf(toCloudEvent(hostile as DomainEvent, { source: SOURCE }))).toBe("cloud-event-invalid");
  });
});

describe("over the wire", () => {
  test("structured, everything is in the body", () => {
    const { headers, body } = encode(told())._unsafeUnwrap();
    expect(headers).toEqual({ "content-type": "application/cloudevents+json; charset=utf-8" });
    expect(JSON.parse(body)).toEqual(told().toJSON());
  });

  test("binary, the attributes are headers that every protocol can carry", () => {
    const { headers, body } = encode(told({ data: "full" }), "binary")._unsafeUnwrap();
    expect(JSON.parse(body)).toEqual(emailAdded.payload);
    expect(headers).toMatchObject({ "content-type": "application/json", "ce-id": "0190-e", "ce-publisherversion": "3" });
    expect(headers["ce-tenant"]).toBe("acm%C3%A9%20&%20co.");
    for (const value of Object.values(headers)) expect(value).toMatch(/^[ -~]*$/);
  });

  test.each(["structured", "binary"] as const)("%s, it comes back as it was, in every shape in which clients have it", (mode) => {
    const sent = told({ data: "full" });
    const { headers, body } = encode(sent, mode)._unsafeUnwrap();
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    for (const message of [
      { headers, body },
      { headers: shouted, body: Buffer.from(body) },
      { headers: new Headers(headers), body: new TextEncoder().encode(body).buffer },
      { headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])), body: JSON.parse(body) as unknown },
    ]) {
      expect(decode(message)._unsafeUnwrap().toJSON()).toEqual(sent.toJSON());
    }
  });

  test("a structured one is known by its body alone", () => {
    expect(decode({ body: encode(told())._unsafeUnwrap().body })._unsafeUnwrap().id).toBe("0190-e");
  });

  test("what others send is read: content types with parameters, headers that are not encoded, other data", () => {
    const ce = { "ce-specversion": "1.0", "ce-id": "1", "ce-type": "t", "ce-source": "/s" };
    const read = (headers: Record<string, string>, body: unknown) => decode({ headers: { ...ce, ...headers }, body })._unsafeUnwrap();
    expect(read({ "content-type": "application/json;charset=UTF-8", "ce-note": "50% é" }, "[1]")).toMatchObject({
      data: [1],
      note: "50% é",
    });
    expect(read({ "content-type": "text/plain" }, "{}")).toMatchObject({ data: "{}", datacontenttype: "text/plain" });
    expect(read({ "content-type": "application/octet-stream" }, Buffer.from([255, 0])).data_base64).toBe("/wA=");
    expect(read({}, "").data).toBeUndefined();
    const structured = { "content-type": "application/cloudevents+json;charset=UTF-8" };
    expect(decode({ headers: structured, body: '{"specversion":"1.0","id":"1","type":"t","source":"/s","data":1}' }).isOk()).toBe(true);
    const plain = told(
      {},
      { ...emailAdded, publisher: { ...emailAdded.publisher, id: "u1" }, metadata: { ...emailAdded.metadata, tenant: "acmé" } },
    );
    const sentByOthers = HTTP.binary(plain.cloneWith({ partitionkey: "acmé" }));
    expect(decode(sentByOthers)._unsafeUnwrap().toJSON()).toEqual({ ...plain.toJSON(), partitionkey: "acmé" });
  });

  test("what is no CloudEvent is refused, where the official package would make something up", () => {
    const valid = { specversion: "1.0", id: "1", type: "t", source: "/s", time: "2026-11-20T09:30:00Z" };
    const structured = (change: object) => decode({ body: JSON.stringify({ ...valid, ...change }) });
    expect(codeOf(structured({}))).toBe("ok");
    for (const change of [
      { specversion: "0.3" },
      { specversion: undefined },
      { id: undefined },
      { id: "" },
      { id: 7 },
      { type: null },
      { source: undefined },
      { source: "not a uri" },
      { time: "yesterday" },
      { time: "2026-13-20T09:30:00Z" },
      { time: 7 },
      { Upper: "case" },
      { validate: "x" },
      { emit: "x" },
      { constructor: "x" },
    ]) {
      expect(codeOf(structured(change)), JSON.stringify(change)).toBe("cloud-event-invalid");
    }
    const headers = Object.fromEntries(Object.entries(valid).map(([name, value]) => [`ce-${name}`, value]));
    expect(codeOf(decode({ headers, body: "{}" }))).toBe("ok");
    for (const name of ["ce-id", "ce-source", "ce-type"])
      expect(codeOf(decode({ headers: { ...headers, [name]: "" }, body: "{}" }))).toBe("cloud-event-invalid");
    expect(codeOf(decode({ headers: { ...headers, "ce-time": "now" }, body: "{}" }))).toBe("cloud-event-invalid");
    for (const body of ["", "{", "[]", "7", "null", null, undefined, 7, Buffer.from([0xff])]) {
      expect(codeOf(decode({ body })), String(body)).toBe("cloud-event-invalid");
    }
    const batch = { "content-type": "application/cloudevents-batch+json" };
    expect(codeOf(decode({ headers: batch, body: `[${JSON.stringify(valid)}]` }))).toBe("cloud-event-invalid");
  });

  test("nothing throws, whatever comes", () => {
    const entries = fc.dictionary(
      fc.constantFrom("content-type", "ce-id", "ce-specversion", "ce-time", "ce-type", "ce-x", "__proto__"),
      fc.anything(),
    );
    const bodies = fc.oneof(fc.anything(), fc.json(), fc.uint8Array());
    const known = (result: Parameters<typeof codeOf>[0]) => expect(["ok", "cloud-event-invalid"]).toContain(codeOf(result));
    fc.assert(
      fc.property(fc.oneof(entries, fc.anything()), bodies, fc.anything(), (headers, body, anything) => {
        known(decode({ headers: headers as Record<string, unknown>, body }));
        known(decode(anything as Parameters<typeof decode>[0]));
        known(encode(anything as CloudEvent<unknown>));
        known(encode(told(), anything as "binary"));
      }),
      { numRuns: 500 },
    );
    known(decode({ body: "[".repeat(1_000_000) }));
    known(decode({ body: `{"specversion":"1.0","id":"1","type":"t","source":"/s","data":${"[".repeat(100_000)}${"]".repeat(100_000)}}` }));
  });

  test("a name of the prototype reaches no prototype", () => {
    const body = '{"specversion":"1.0","id":"1","type":"t","source":"/s","__proto__":{"polluted":true}}';
    expect(codeOf(decode({ body }))).toBe("cloud-event-invalid");
    expect("polluted" in {}).toBe(false);
  });
});

describe("forwarding", () => {
  const recording = (answer: Publisher["publish"] = () => okAsync(undefined)) => {
    const messages: Message[] = [];
    const publisher: Publisher = { publish: (message) => (messages.push(message), answer(message)) };
    return { messages, publisher };
  };

  test("hands the publisher an encoded CloudEvent with ids only", async () => {
    for (const mode of ["structured", "binary"] as const) {
      const { messages, publisher } = recording();
      expect(codeOf(await forward(publisher, { source: SOURCE, mode })(emailAdded))).toBe("ok");
      const encoded = encode(told(), mode)._unsafeUnwrap();
      const key = "acm%C3%A9%20%26%20co%2E/user/u%2F1";
      expect(messages).toEqual([{ id: "0190-e", type: "denizen.email-added", key, ...encoded }]);
      expect(JSON.stringify(messages)).not.toContain("ada@example.com");
    }
  });

  test("answers what the publisher answers, so that a durable subscriber tries again", async () => {
    const failed = domainError("publish-failed", "no", { detail: "no" });
    expect((await forward(recording(() => errAsync(failed)).publisher, { source: SOURCE })(emailAdded))._unsafeUnwrapErr()).toEqual(failed);
  });

  test("fails by value for what is no event", async () => {
    const { messages, publisher } = recording();
    const answer = await forward(publisher, { source: SOURCE })({ ...emailAdded, id: "" });
    expect(answer._unsafeUnwrapErr()).toMatchObject({ code: "publish-failed", detail: expect.stringContaining("id must be a text") });
    expect(messages).toEqual([]);
  });
});

describe("the configuration", () => {
  test.each<[string, object | undefined]>([
    ["source", {}],
    ["source", { source: "" }],
    ["source", { source: "not a uri" }],
    ["data", { source: SOURCE, data: "everything" }],
    ["typePrefix", { source: SOURCE, typePrefix: "com.example" }],
    ["typePrefix", { source: SOURCE, typePrefix: "a b." }],
    ["definitions", { source: SOURCE, definitions: 7 }],
    ["definitions", { source: SOURCE, definitions: { "planet-lost": {} } }],
    ["definitions", { source: SOURCE, definitions: { "user-created": event() } }],
    ["schemas", { source: SOURCE, schemas: "/schemas" }],
    ["there is no option", { source: SOURCE, sauce: 1 }],
    ["options must be an object", undefined],
  ])("is checked: %s", (problem, options) => {
    for (const wire of [
      () => toCloudEvent(emailAdded, options as CloudEventOptions),
      () => forward({ publish: () => okAsync(undefined) }, options as ForwardOptions),
    ]) {
      expect(wire).toThrow(ConfigurationError);
      expect(wire).toThrow(problem);
    }
  });

  test("of forwarding takes a publisher and a mode", () => {
    expect(() => forward({} as Publisher, { source: SOURCE, mode: "batch" as "binary" })).toThrow(/publisher[^]*mode/);
    const hostile = { get source(): string { throw new Error("no"); } }; // prettier-ignore
    expect(() => forward({ publish: () => okAsync(undefined) }, hostile)).toThrow(ConfigurationError);
    expect(() => toCloudEvent(emailAdded, hostile)).toThrow(ConfigurationError);
  });
});
