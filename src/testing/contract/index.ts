import type { Store } from "denizen/ports";
import { access } from "./access.js";
import { accounts } from "./accounts.js";
import { attempts } from "./attempts.js";
import { casesOf } from "./case.js";
import type { ContractCase } from "./case.js";
import { commands } from "./commands.js";
import { deadLetters } from "./deliveries/dead-letters.js";
import { leases } from "./deliveries/leases.js";
import { replays } from "./deliveries/replays.js";
import { settling } from "./deliveries/settling.js";
import { subscribers } from "./deliveries/subscribers.js";
import { taking } from "./deliveries/taking.js";
import { waitingEvents } from "./deliveries/waiting.js";
import { workers } from "./deliveries/workers.js";
import { devices } from "./devices.js";
import { documents } from "./documents.js";
import { erasure } from "./erasure.js";
import { events } from "./events.js";
import { heldIdentifiers } from "./held.js";
import { identifiers } from "./identifiers.js";
import { liveness } from "./liveness.js";
import { lockout } from "./lockout.js";
import { locks } from "./locks.js";
import { log } from "./log.js";
import { outcomes } from "./outcomes.js";
import { profiles } from "./profiles.js";
import { retention } from "./retention.js";
import { rotations } from "./rotation.js";
import { sessions } from "./sessions.js";
import { standings } from "./standing.js";
import { tenants } from "./tenants.js";
import { transactions } from "./transactions.js";
import { vault } from "./vault.js";
import { versions } from "./versions.js";

const topics = {
  versions,
  identifiers,
  events,
  vault,
  attempts,
  "lock-out": lockout,
  devices,
  sessions,
  rotations,
  "access tokens": access,
  liveness,
  transactions,
  locks,
  held: heldIdentifiers,
  standing: standings,
  profiles,
  accounts,
  outcomes,
  commands,
  tenants,
  documents,
  log,
  taking,
  leases,
  settling,
  "waiting events": waitingEvents,
  "dead letters": deadLetters,
  replays,
  subscribers,
  workers,
  erasure,
  retention,
};

/**
 * What every store promises, executably and without a test runner: `for (const { name, run } of storeContract(open)) test(name, run)`.
 * `open` is called once for each case and may give the same store each time, because each case has a tenant and subscribers of its own; who opens, closes.
 * On a shared store run them one after the other: retention knows no tenants, and sweeps what another case has just written.
 */
export const storeContract = (open: () => Promise<Store<unknown>>): readonly ContractCase[] =>
  Object.entries(topics).flatMap(([topic, group]) => casesOf(topic, group, open));
