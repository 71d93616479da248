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
    return find(value, path, 0, { left: MAX_VALUES });
  } catch {
    // A proxy or a getter of whoever made the value.
    return `${path}: cannot be read`;
  }
}

interface Budget {
  left: number;
}

function find(value: unknown, path: string, depth: number, budget: Budget): string | undefined {
  if (--budget.left < 0) return `${path}: more than ${MAX_VALUES} values`;
  switch (typeof value) {
    case "string":
      return isWellFormed(value) && !value.includes("\u0000") ? undefined : `${path}: text that is not well-formed`;
    case "number":
      return Number.isFinite(value) ? undefined : `${path}: ${value}`;
    case "boolean":
      return undefined;
    case "object":
      return value === null ? undefined : findInObject(value, path, depth, budget);
    default:
      return `${path}: a ${typeof value}`;
  }
}

function findInObject(value: object, path: string, depth: number, budget: Budget): string | undefined {
  if (depth >= MAX_DEPTH) return `${path}: nested deeper than ${MAX_DEPTH}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) {
    if (prototype !== Array.prototype || "toJSON" in value) return `${path}: an array with a class of its own`;
    return firstOf(value, (item, index) => find(item, `${path}[${index}]`, depth + 1, budget));
  }
  if (prototype !== Object.prototype && prototype !== null) return `${path}: a ${value.constructor?.name || "class instance"}`;
  return firstOf(Object.entries(value), ([key, item]) => {
    if (key === "__proto__") return `${path}: a key named __proto__`;
    return find(key, `${path} key`, depth, budget) ?? (item === undefined ? undefined : find(item, `${path}.${key}`, depth + 1, budget));
  });
}

// By index, because `find` and `entries` of an array may be anything; and holes are values that are missing.
function firstOf<Item>(items: readonly Item[], problem: (item: Item, index: number) => string | undefined): string | undefined {
  for (let index = 0; index < items.length; index++) {
    const found = problem(items[index] as Item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
