import { PUBLISHED_SCHEMAS } from "../options.js";
import type { Published } from "./payloads.js";
import type { Schema } from "./schema-of.js";

/** The files that are published, by name. */
export function documentsOf(events: readonly Published[]): Readonly<Record<string, object>> {
  const schemas = Object.fromEntries([["ids.v1.json", IDS], ...events.flatMap(payloadsOf)] as const);
  return {
    ...schemas,
    "cloud-event.v1.json": envelopeOf(Object.keys(schemas)),
    "index.json": Object.fromEntries(events.map(({ type, version }) => [type, `${type}.v${version}.json`])),
  };
}

const document = (name: string, title: string, schema: Schema): readonly [string, Schema] => [
  name,
  { $schema: "https://json-schema.org/draft/2020-12/schema", $id: PUBLISHED_SCHEMAS + name, title, ...schema },
];

const ID = { type: "string", minLength: 1 };

const [, IDS] = document("ids.v1.json", "ids", {
  description: "What every event may tell: who published it, and the id of the person whom it is about.",
  type: "object",
  properties: {
    publisher: {
      type: "object",
      properties: { kind: ID, id: ID, version: { type: ["integer", "null"], minimum: 1 } },
      required: ["kind", "id", "version"],
    },
    subject: { type: ["string", "null"], minLength: 1 },
  },
  required: ["publisher", "subject"],
});

/** The payload, and where it has personal fields, the payload without them. Once a person is forgotten they are missing in the former. */
function payloadsOf({ type, version, personal, payload }: Published): readonly (readonly [string, Schema])[] {
  // As `schemaOf` makes objects; the document has a title of its own.
  const { properties, required, title: _, ...others } = payload as Schema & { properties: Fields; required?: readonly string[] };
  const impersonal = (required ?? []).filter((name) => !personal.includes(name));
  const schema = (personalField: (field: Schema) => Schema | false): Schema => ({
    ...others,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, field]) => [name, personal.includes(name) ? personalField(field) : field]),
    ),
    ...(impersonal.length > 0 ? { required: impersonal } : {}),
  });
  const name = `${type}.v${version}`;
  const title = `${type}, version ${version}`;
  const full = document(
    `${name}.json`,
    title,
    schema((field) => ({ "x-personal": true, ...field })),
  );
  const without = document(
    `${name}.impersonal.json`,
    `${title}, without personal fields`,
    schema(() => false),
  );
  return personal.length > 0 ? [full, without] : [full];
}

type Fields = Readonly<Record<string, Schema>>;

/** A whole CloudEvent in structured mode. Its data is held to the schema that `dataschema` ends with, wherever that is kept. */
function envelopeOf(schemas: readonly string[]): Schema {
  const [, envelope] = document("cloud-event.v1.json", "CloudEvent 1.0", {
    description: "An event of denizen's as a CloudEvent in structured mode.",
    type: "object",
    properties: {
      specversion: { const: "1.0" },
      id: ID,
      type: ID,
      source: { ...ID, format: "uri-reference" },
      time: { type: "string", format: "date-time" },
      subject: { ...ID, description: "Id of the person whom it is about." },
      datacontenttype: { const: "application/json" },
      dataschema: { type: "string", format: "uri" },
      tenant: ID,
      actor: { ...ID, description: "Who asked, as kind:id, or anonymous." },
      correlationid: ID,
      causationid: ID,
      traceparent: { ...ID, description: "W3C Trace Context." },
      publisherkind: ID,
      publisherid: ID,
      publisherversion: { type: "integer", minimum: 1, description: "The publisher's version after it. Guards have none." },
      partitionkey: { ...ID, description: "Events with the same one are in order: tenant/kind/id of the publisher, percent-encoded." },
      data: { type: "object" },
    },
    required: [
      ...["specversion", "id", "type", "source", "time", "datacontenttype", "data"],
      ...["tenant", "actor", "correlationid", "publisherkind", "publisherid", "partitionkey"],
    ],
    allOf: schemas.map((name) => ({
      if: { properties: { dataschema: { pattern: `/${name.replaceAll(".", "\\.")}$` } }, required: ["dataschema"] },
      then: { properties: { data: { $ref: name } } },
    })),
  });
  return envelope;
}
