/** Tracing is never worth a failure: what throws answers nothing. */
export function quietly<Value>(step: () => Value): Value | undefined {
  try {
    return step();
  } catch {
    return undefined;
  }
}
