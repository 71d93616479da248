import { isWellFormed } from "./text.js";

/** What a store can keep on every database: JSON, whose texts PostgreSQL's `jsonb` accepts as well. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Nested deeper than this is a mistake or an attack: drivers and databases recurse too. */
const MAX_DEPTH = 64;

/**
 * Says where a value is not storable as JSON (`$.a[2]: a Date`), or nothing when it is. `jsonb` refuses U+0000 and unpaired
 * surrogates, and JSON would turn dates, maps and NaN into something else in silence; so every store refuses them alike.
 */
export function findUnstorable(value: unknown, path = "$", depth = 0): string | undefined {
  switch (typeof value) {
    case "string":
      return isWellFormed(value) && !value.includes("\u0000") ? undefined : `${path}: text that is not well-formed`;
    case "number":
      return Number.isFinite(value) ? undefined : `${path}: ${value}`;
    case "boolean":
      return undefined;
    case "object":
      return value === null ? undefined : findInObject(value, path, depth);
    default:
      return `${path}: a ${typeof value}`;
  }
}

function findInObject(value: object, path: string, depth: number): string | undefined {
  if (depth >= MAX_DEPTH) return `${path}: nested deeper than ${MAX_DEPTH}`;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const found = findUnstorable(value[index], `${path}[${index}]`, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `${path}: a ${value.constructor?.name ?? "class instance"}`;
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") return `${path}: a key named __proto__`;
    const found =
      item === undefined
        ? findUnstorable(key, `${path} key`)
        : (findUnstorable(key, `${path} key`) ?? findUnstorable(item, `${path}.${key}`, depth + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
