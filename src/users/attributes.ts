import type { StandardSchemaV1 } from "@standard-schema/spec";
import { domainError } from "../kernel/error.js";
import { findUnstorable } from "../kernel/json.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { AttributesInvalid } from "./errors.js";
import type { Attributes } from "./events.js";

/** A schema of any library that implements Standard Schema (zod, valibot, arktype, …). */
export type AttributesSchema = StandardSchemaV1<unknown, object>;

/** Puts the host's fields through the host's schema. Without a schema a user has no attributes. */
export async function parseAttributes(
  schema: AttributesSchema | undefined,
  input: unknown,
): Promise<Result<Attributes, AttributesInvalid>> {
  if (schema === undefined) return ok({});
  try {
    const outcome = await schema["~standard"].validate(input);
    if (outcome.issues !== undefined)
      return err(attributesInvalid(outcome.issues.map(({ message, path }) => ({ message, path: pathOf(path) }))));
    const unstorable = findUnstorable(outcome.value, "attributes");
    if (unstorable !== undefined) return err(attributesInvalid([{ message: `cannot be stored as JSON: ${unstorable}`, path: "" }]));
    if (typeof outcome.value !== "object" || outcome.value === null || Array.isArray(outcome.value))
      return err(attributesInvalid([{ message: "attributes are an object", path: "" }]));
    // `findUnstorable` has just said that it is JSON; the copy cannot be changed by whoever holds the original.
    return ok(JSON.parse(JSON.stringify(outcome.value)) as Attributes);
  } catch {
    // What it threw may be a database speaking, and clients see the issues.
    return err(attributesInvalid([{ message: "the schema threw", path: "" }]));
  }
}

const pathOf = (path: StandardSchemaV1.Issue["path"]): string =>
  (path ?? []).map((segment) => String(typeof segment === "object" ? segment.key : segment)).join(".");

const attributesInvalid = (issues: AttributesInvalid["issues"]): AttributesInvalid =>
  domainError("attributes-invalid", `the attributes do not fit the schema: ${issues[0]?.message ?? ""}`, { issues });
