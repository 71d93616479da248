import { CloudEvent } from "cloudevents";

/** RFC 3339, whose seconds may have any fraction. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:Z|[+-]\d\d:\d\d)$/i;

/** Throws where the official package makes up what is missing, or would lay an attribute over a method of its class. */
export function requireAttributes(attributes: object): void {
  const { specversion, id, source, type, time } = Object.fromEntries(Object.entries(attributes)) as Readonly<Record<string, unknown>>;
  if (specversion !== "1.0") throw new TypeError("its specversion is not 1.0");
  for (const [name, value] of Object.entries({ id, source, type })) {
    if (typeof value !== "string" || value === "") throw new TypeError(`it has no ${name}`);
  }
  if (time !== undefined && (typeof time !== "string" || !TIME.test(time) || Number.isNaN(Date.parse(time)))) {
    throw new TypeError("its time is none");
  }
  const reserved = Object.keys(attributes).find((name) => name in CloudEvent.prototype);
  if (reserved !== undefined) throw new TypeError(`no attribute can have the name ${reserved}`);
}
