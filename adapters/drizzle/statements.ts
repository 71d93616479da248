import type { Mappings } from "./mappings.js";
import { flusher } from "./flush.js";
import { guards } from "./guards.js";
import { loader } from "./load.js";
import type { Names } from "./names.js";
import { records } from "./records.js";

/** Every statement that a store runs, made for its names and mappings. */
export interface Statements {
  readonly names: Names;
  readonly flush: ReturnType<typeof flusher>;
  readonly load: ReturnType<typeof loader>;
  readonly guards: ReturnType<typeof guards>;
  readonly records: ReturnType<typeof records>;
}

export const statements = (names: Names, mappings: Mappings): Statements => ({
  names,
  flush: flusher(names, mappings),
  load: loader(names, mappings),
  guards: guards(names, mappings),
  records: records(names),
});
