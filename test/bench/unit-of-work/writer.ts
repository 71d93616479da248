import { newPerson } from "../subjects/subject.js";
import type { Person } from "../subjects/subject.js";

/** A way to write units of work: denizen, a mapper of objects, or SQL by hand. */
export interface Way {
  /** Makes its tables in an empty database. */
  prepare(url: string): Promise<void>;
  /** `wakeUps: false`: nobody is told of a commit, by those who would tell. */
  open(url: string, options: { readonly connections: number; readonly wakeUps?: boolean }): Promise<Writer>;
  /** A query for what its tables hold, see `Holdings`. */
  readonly holdings: string;
}

/** What is measured: the same change for all of them, in one commit, with an event for everything that happened. */
export interface Writer {
  /** A user with an e-mail; two events. Answers his id. */
  create(newcomer: Newcomer): Promise<string>;
  /** Loads a user and saves him under another name; one event. Where somebody else was faster, it fails, if it can tell. */
  rename(id: string, name: string): Promise<void>;
  /** A user with an e-mail, and a planet; two events of each. */
  discover(newcomer: Newcomer, planet: NewPlanet): Promise<void>;
  close(): Promise<void>;
}

export type Newcomer = Pick<Person, "name" | "emails">;

export interface NewPlanet {
  readonly name: string;
  readonly mass: number;
}

/** Rows of a kind, and what their versions tell. */
export interface Holdings {
  readonly users: number;
  readonly emails: number;
  readonly planets: number;
  readonly events: number;
  /** How often users were changed after they were made, by their versions. */
  readonly changes: number;
  /** Users whose name begins with `RENAMED`. */
  readonly renamed: number;
}

export const RENAMED = "Renamed";

export function newcomer(): Newcomer {
  const { name, emails } = newPerson();
  return { name, emails };
}

export function newPlanet(): NewPlanet {
  const { name } = newPerson();
  return { name: `Planet of ${name}`, mass: 5.97e24 };
}
