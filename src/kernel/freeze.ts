/**
 * Freezes plain objects and arrays all the way down, so that whoever is handed a part of a state or an event cannot change the
 * whole behind its back. What is frozen already is left alone, so a state pays only for what is new in it.
 */
export function deepFreeze<Value>(value: Value): Value {
  const left: object[] = isObject(value) ? [value] : [];
  for (let part = left.pop(); part !== undefined; part = left.pop()) freeze(part, left);
  return value;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Freezes one object and notes its parts. Instances of classes look after themselves; so does what throws when it is looked at. */
function freeze(value: object, left: object[]): void {
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    const plain = Array.isArray(value) || prototype === Object.prototype || prototype === null;
    if (!plain || Object.isFrozen(value)) return;
    for (const part of Object.values(Object.freeze(value)) as unknown[]) if (isObject(part)) left.push(part);
  } catch {
    // A proxy's trap, or a revoked one.
  }
}
