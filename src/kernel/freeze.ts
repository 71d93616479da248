/**
 * Freezes plain objects and arrays all the way down, so that whoever is handed a part of a state or an event cannot change the
 * whole behind its back. What is frozen already is left alone, so a state pays only for what is new in it.
 */
export function deepFreeze<Value>(value: Value): Value {
  const left: unknown[] = [value];
  while (left.length > 0) for (const part of freeze(left.pop())) left.push(part);
  return value;
}

/** Freezes one object and gives its parts. Instances of classes look after themselves; so does what throws when it is looked at. */
function freeze(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    const plain = Array.isArray(value) || prototype === Object.prototype || prototype === null;
    return plain && !Object.isFrozen(value) ? (Object.values(Object.freeze(value)) as unknown[]) : [];
  } catch {
    return [];
  }
}
