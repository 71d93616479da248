/** Asks something of a value that came from anywhere: where the value itself throws (a proxy, a getter), the answer is no. */
export function holds(question: () => boolean): boolean {
  try {
    return question();
  } catch {
    return false;
  }
}

/** Reads one field of whatever was passed; a getter or a proxy that throws has no such field. */
export function field(input: unknown, name: string): unknown {
  if (typeof input !== "object" || input === null) return undefined;
  try {
    return Reflect.get(input, name);
  } catch {
    return undefined;
  }
}
