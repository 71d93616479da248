import type { Store } from "denizen/ports";
import { attempts } from "./attempts.js";
import { casesOf } from "./case.js";
import type { ContractCase } from "./case.js";
import { commands } from "./commands.js";
import { documents } from "./documents.js";
import { events } from "./events.js";
import { identifiers } from "./identifiers.js";
import { locks } from "./locks.js";
import { outcomes } from "./outcomes.js";
import { tenants } from "./tenants.js";
import { transactions } from "./transactions.js";
import { vault } from "./vault.js";
import { versions } from "./versions.js";

const topics = { versions, identifiers, events, vault, attempts, transactions, locks, outcomes, commands, tenants, documents };

/**
 * What every store promises, executably and without a test runner: `for (const { name, run } of storeContract(open)) test(name, run)`.
 * `open` is called once for each case and may give the same store each time, because each case has a tenant of its own; who opens, closes.
 */
export const storeContract = (open: () => Promise<Store<unknown>>): readonly ContractCase[] =>
  Object.entries(topics).flatMap(([topic, group]) => casesOf(topic, group, open));
