import { accountEvents } from "./events.js";
import { evolve } from "./state.js";

/** The pure part of accounts: the same for every application. */
export const accountBehaviour = {
  kind: "account",
  events: accountEvents,
  evolve,
  subject: (id: string): string => id,
} as const;
