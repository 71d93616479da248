import type { Result } from "denizen";

/** What a contract case or a `given…then` fails with. Any test runner shows it, and none is needed. */
export class AssertionFailed extends Error {
  override readonly name = "AssertionFailed";
}

export function fail(message: string): never {
  throw new AssertionFailed(message);
}

export function check(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message);
}

/** Compares as JSON does: a field that is undefined is a field that is not there, and the order of fields says nothing. */
export function equal(actual: unknown, expected: unknown, what = "the value"): void {
  const difference = differenceOf(actual, expected, what);
  if (difference !== undefined) fail(difference);
}

/** The value of an `ok`, or a failure that shows the error. */
export function okOf<Value>(result: Result<Value, unknown>, what = "the call"): Value {
  return result.isOk() ? result.value : fail(`${what} should be ok, and is err(${show(result.error)})`);
}

/** The error of an `err`, which must have one of these codes. */
export function errOf<E extends { readonly code: string }>(result: Result<unknown, E>, ...codes: readonly E["code"][]): E {
  if (result.isOk()) return fail(`should be err(${codes.join(" or ")}), and is ok(${show(result.value)})`);
  return codes.includes(result.error.code) ? result.error : fail(`should be err(${codes.join(" or ")}), and is err(${show(result.error)})`);
}

function differenceOf(actual: unknown, expected: unknown, at: string): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (!isObject(actual) || !isObject(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return `${at} should be ${show(expected)}, and is ${show(actual)}`;
  }
  const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  if (Array.isArray(actual) && Array.isArray(expected) && actual.length !== expected.length) {
    return `${at} should have ${expected.length} items, and has ${actual.length}: ${show(actual)}`;
  }
  for (const key of keys) {
    const difference = differenceOf(Reflect.get(actual, key), Reflect.get(expected, key), `${at}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function show(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
