import { CloudEvent } from "cloudevents";
import { ConfigurationError, accountEvents, challengeEvents, proofEvents, sessionEvents, userEvents } from "denizen";
import type { EventDefinitions } from "denizen";

/** Where the schemas of this package can be read by anybody. */
export const PUBLISHED_SCHEMAS = "https://unpkg.com/denizen/dist/schemas/";

/**
 * What a CloudEvent tells beside its attributes. `ids`: who published it and whom it is about. `impersonal`: the payload without
 * its personal fields. `full`: all of it.
 */
export type CloudEventData = "ids" | "impersonal" | "full";

export interface CloudEventOptions {
  /** Which system tells this: a URI, `https://users.example.com` for instance. With an event's id, it is unique. */
  readonly source: string;
  /**
   * `ids` by default: erasing a person reaches the log and not the copies that others keep, so they are given nothing to erase.
   * An event whose definition is not known is never sent as `impersonal`, but as `ids`.
   */
  readonly data?: CloudEventData;
  /** Before the type: `com.example.` makes `com.example.user-created` of it. By default `denizen.`. */
  readonly typePrefix?: string;
  /** The events of your own aggregates, so that their personal fields are known. */
  readonly definitions?: EventDefinitions;
  /** Where the schemas of denizen's events are, if not at their published address; `dataschema` begins with it. */
  readonly schemas?: string;
}

export interface Settings extends Required<CloudEventOptions> {
  /** Whether the event is denizen's own, in the version that this package has a schema for. */
  isPublished(type: string, version: number): boolean;
}

const OURS: EventDefinitions = { ...userEvents, ...proofEvents, ...challengeEvents, ...accountEvents, ...sessionEvents };
const DATA: readonly unknown[] = ["ids", "impersonal", "full"];
const KNOWN = ["source", "data", "typePrefix", "definitions", "schemas"];

/** Fills in the defaults. Throws one `ConfigurationError` that names every problem; `others` are options that the caller has read. */
export function settingsOf(options: CloudEventOptions, others: readonly string[] = []): Settings {
  if (typeof options !== "object" || options === null) throw new ConfigurationError(["cloudevents: the options must be an object"]);
  const { source, data = "ids", typePrefix = "denizen.", definitions = {}, schemas = PUBLISHED_SCHEMAS } = options;
  const problems = [
    ...Object.keys(options)
      .filter((name) => !KNOWN.includes(name) && !others.includes(name))
      .map((name) => `there is no option ${JSON.stringify(name)}`),
    ...(isSource(source) ? [] : ["source must be a URI of 1 to 512 characters"]),
    ...(DATA.includes(data) ? [] : ['data must be "ids", "impersonal" or "full"']),
    ...(typeof typePrefix === "string" && /^(?:[\w-]+\.){0,16}$/.test(typePrefix)
      ? []
      : ["typePrefix must be names with a dot behind each"]),
    ...problemsOfDefinitions(definitions),
    ...(typeof schemas === "string" && URL.canParse(schemas) && schemas.endsWith("/")
      ? []
      : ["schemas must be a URL that ends with a slash"]),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => `cloudevents: ${problem}`));
  return {
    source,
    data,
    typePrefix,
    schemas,
    definitions: { ...OURS, ...definitions },
    isPublished: (type, version) => Object.hasOwn(OURS, type) && OURS[type]?.version === version,
  };
}

/** Asks the official package, which has the syntax of a URI reference. */
function isSource(source: unknown): source is string {
  if (typeof source !== "string" || source.length > 512) return false;
  try {
    return new CloudEvent({ id: "1", type: "probe", source }).source !== "";
  } catch {
    return false;
  }
}

function problemsOfDefinitions(definitions: unknown): readonly string[] {
  if (typeof definitions !== "object" || definitions === null) return ["definitions must be an object"];
  return Object.entries(definitions as Readonly<Record<string, { personal?: unknown } | null>>).flatMap(([type, definition]) => [
    ...(Array.isArray(definition?.personal) ? [] : [`definitions: ${type} must be made by event() or personalEvent()`]),
    ...(Object.hasOwn(OURS, type) ? [`definitions: ${type} is denizen's own`] : []),
  ]);
}
