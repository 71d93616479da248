import { attempts } from "./attempts.js";
import { deliveries } from "./deliveries.js";
import { flusher } from "./flush.js";
import { loader } from "./load.js";
import { history } from "./log.js";
import type { Mappings } from "./mappings.js";
import type { Names } from "./names.js";
import { recalibration } from "./positions.js";
import { queries } from "./queries.js";
import { records } from "./records.js";
import { retention } from "./retention.js";
import { sessions } from "./sessions.js";
import { holdings, standings } from "./standing.js";
import { vault } from "./vault.js";

/** Every statement that a store runs, made for its names and mappings. */
export const statements = (names: Names, mappings: Mappings) => ({
  names,
  flush: flusher(names, mappings),
  load: loader(names, mappings),
  held: holdings(names),
  standing: standings(names, mappings),
  vault: vault(names),
  attempts: attempts(names, mappings),
  sessions: sessions(names),
  queries: queries(names),
  records: records(names),
  log: history(names),
  deliveries: deliveries(names),
  retention: retention(names),
  recalibrate: recalibration(names),
});

export type Statements = ReturnType<typeof statements>;
