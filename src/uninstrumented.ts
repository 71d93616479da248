import type { Instrumentation } from "./ports/instrumentation.js";

/** Where nobody traces and nobody counts. */
export const uninstrumented: Instrumentation = {
  trace: () => undefined,
  span: (_name, _attributes, work) => work(),
  count: () => undefined,
  record: () => undefined,
};
