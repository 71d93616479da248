import type { DomainEvent } from "denizen";
import type { Settings } from "./options.js";

/** The data of a CloudEvent, and the URI of its schema where there is one. */
export interface Data {
  readonly data: object;
  readonly dataschema?: string;
}

/** What is told of an event, by what the settings allow. */
export function dataOf(event: DomainEvent, settings: Settings): Data {
  const { type, version, payload } = event;
  const personal = personalFields(type, settings);
  if (settings.data === "ids" || (settings.data === "impersonal" && personal === undefined)) {
    return { data: idsOf(event), dataschema: `${settings.schemas}ids.v1.json` };
  }
  const impersonal = settings.data === "impersonal" && personal !== undefined && personal.length > 0;
  const data = impersonal ? without(payload, personal) : payload;
  if (!settings.isPublished(type, version)) return { data };
  return { data, dataschema: `${settings.schemas}${type}.v${version}${impersonal ? ".impersonal" : ""}.json` };
}

const personalFields = (type: string, { definitions }: Settings): readonly string[] | undefined =>
  Object.hasOwn(definitions, type) ? definitions[type]?.personal : undefined;

const idsOf = ({ publisher, subject }: DomainEvent): object => ({
  publisher: { kind: publisher.kind, id: publisher.id, version: publisher.version },
  subject,
});

const without = (payload: object, fields: readonly string[]): object =>
  Object.fromEntries(Object.entries(payload).filter(([field]) => !fields.includes(field)));
