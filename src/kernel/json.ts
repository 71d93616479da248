import { isWellFormed } from "./text.js";

/** What a store can keep on every database: JSON, whose texts PostgreSQL's `jsonb` accepts as well. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Nested deeper than this is a mistake or an attack: drivers and databases recurse too. */
const MAX_DEPTH = 64;

/** More values than this are no document. Also ends what is small in memory and without end as JSON, by holding the same part twice. */
const MAX_VALUES = 1_000_000;

/**
 * Says where a value is not storable as JSON (`$.a[2]: a Date`), or nothing when it is. `jsonb` refuses U+0000 and unpaired
 * surrogates, and JSON would turn dates, maps and NaN into something else in silence; so every store refuses them alike.
 */
export function findUnstorable(value: unknown, path = "$"): string | undefined {
  try {
    const found = find(value, 0, { left: MAX_VALUES });
    return found === undefined ? undefined : `${path}${found}`;
  } catch {
    // A proxy or a getter of whoever made the value.
    return `${path}: cannot be read`;
  }
}

interface Budget {
  left: number;
}

/** The problem, behind the way to it: that is put together on the way back, because there hardly ever is one. */
function find(value: unknown, depth: number, budget: Budget): string | undefined {
  if (--budget.left < 0) return `: more than ${MAX_VALUES} values`;
  switch (typeof value) {
    case "string":
      return isWellFormed(value) && !value.includes("\u0000") ? undefined : ": text that is not well-formed";
    case "number":
      return Number.isFinite(value) ? undefined : `: ${value}`;
    case "boolean":
      return undefined;
    case "object":
      return value === null ? undefined : findInObject(value, depth, budget);
    default:
      return `: a ${typeof value}`;
  }
}

function findInObject(value: object, depth: number, budget: Budget): string | undefined {
  if (depth >= MAX_DEPTH) return `: nested deeper than ${MAX_DEPTH}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    if (prototype !== Array.prototype || "toJSON" in value) return ": an array with a class of its own";
    return findInItems(value, depth, budget);
  }
  if (prototype !== Object.prototype && prototype !== null) return `: a ${value.constructor?.name || "class instance"}`;
  // Its own fields are asked for, whatever they hold.
  return findInFields(value as Readonly<Record<string, unknown>>, depth, budget);
}

// By index, because `find` and `entries` of an array may be anything; and holes are values that are missing.
function findInItems(items: readonly unknown[], depth: number, budget: Budget): string | undefined {
  for (let index = 0; index < items.length; index++) {
    const found = find(items[index], depth + 1, budget);
    if (found !== undefined) return `[${index}]${found}`;
  }
  return undefined;
}

function findInFields(value: Readonly<Record<string, unknown>>, depth: number, budget: Budget): string | undefined {
  for (const key of Object.keys(value)) {
    if (key === "__proto__") return ": a key named __proto__";
    const inKey = find(key, depth, budget);
    if (inKey !== undefined) return ` key${inKey}`;
    const item = value[key];
    const found = item === undefined ? undefined : find(item, depth + 1, budget);
    if (found !== undefined) return `.${key}${found}`;
  }
  return undefined;
}
