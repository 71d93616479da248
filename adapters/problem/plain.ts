import type { Json } from "denizen";

/** What one member may cost in all, a value being 1 and a text its length: a response is no place for a megabyte. */
const BUDGET = 16_384;
const LONGEST_TEXT = 1024;
const LONGEST_KEY = 128;
const DEEPEST = 8;

/** Reads one field of whatever was passed; a getter or a proxy that throws has no such field. */
export function read(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

/**
 * A frozen copy of a value as JSON. Long texts are cut, long lists end after a whole item, and what is no JSON is left out, as is
 * what is nested too deeply: functions, dates, instances of classes (a `Secret` is one). Undefined when nothing is left. Never throws.
 */
export function plain(value: unknown): Json | undefined {
  try {
    return copy(value, 0, { left: BUDGET });
  } catch {
    // A proxy or a getter in it.
    return undefined;
  }
}

interface Budget {
  left: number;
}

function copy(value: unknown, depth: number, budget: Budget): Json | undefined {
  if (--budget.left < 0 || depth > DEEPEST) return undefined;
  switch (typeof value) {
    case "string":
      return text(value, budget);
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "boolean":
      return value;
    case "object":
      if (value === null) return null;
      return Array.isArray(value) ? copyList(value, depth, budget) : copyObject(value, depth, budget);
    default:
      return undefined;
  }
}

function text(value: string, budget: Budget): string | undefined {
  const cut = value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT - 1)}…` : value;
  budget.left -= cut.length;
  return budget.left < 0 ? undefined : cut;
}

function copyList(list: readonly unknown[], depth: number, budget: Budget): Json {
  const copied: Json[] = [];
  // By index, because the iterator of an array may be anything; the budget ends what says that it is endless.
  for (let index = 0; index < list.length && budget.left > 0; index++) {
    const item = copy(list[index], depth + 1, budget);
    if (item !== undefined && budget.left >= 0) copied.push(item);
  }
  return Object.freeze(copied);
}

function copyObject(object: object, depth: number, budget: Budget): Json | undefined {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const copied: [string, Json][] = [];
  for (const key of Object.keys(object)) {
    if (budget.left <= 0) break;
    // `__proto__` is dangerous to careless readers of the response.
    if (key.length > LONGEST_KEY || key === "__proto__") continue;
    budget.left -= key.length;
    const item = copy(Reflect.get(object, key), depth + 1, budget);
    if (item !== undefined && budget.left >= 0) copied.push([key, item]);
  }
  return Object.freeze(Object.fromEntries(copied));
}
