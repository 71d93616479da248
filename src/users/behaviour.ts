import { userEvents } from "./events.js";
import { evolve } from "./state.js";

/** The pure part of users: the same for every application. */
export const userBehaviour = {
  kind: "user",
  events: userEvents,
  evolve,
  subject: (id: string): string => id,
} as const;
