import { accountEvents, sessionEvents } from "./accounts/events.js";
import { roleHolderEvents } from "./accounts/role-holders.js";
import { field } from "./kernel/hostile.js";
import { challengeEvents } from "./users/challenges/events.js";
import { proofEvents, userEvents } from "./users/events.js";

// What a unit of work has of its own, or will have: a repository of that name would hide it.
const RESERVED = new Set([
  "users",
  "commit",
  "committed",
  "transaction",
  "subscribe",
  "scope",
  "owns",
  "tx",
  "commands",
  "queries",
  "accounts",
  "roleHolders",
  "challenges",
  // It would make a promise of the unit.
  "then",
]);

/** What is wrong with the host's own aggregates: with their names on the unit of work, their kinds and their events. */
export function problemsOfAggregates(aggregates: unknown): readonly string[] {
  if (aggregates === undefined) return [];
  if (typeof aggregates !== "object" || aggregates === null) return ["aggregates must be an object of definitions"];
  const kinds = new Map<unknown, string>([
    ["user", "users"],
    ["attempts", "the guard of guesses"],
    ["account", "accounts"],
    ["role-holders", "roleHolders"],
    ["session", "the guard of sessions"],
    ["challenges", "challenges"],
  ]);
  const types = new Map<string, string>([
    ...Object.keys({ ...userEvents, ...proofEvents, ...challengeEvents }).map((type) => [type, "users"] as const),
    ...Object.keys({ ...accountEvents, ...sessionEvents, ...roleHolderEvents }).map((type) => [type, "accounts"] as const),
  ]);
  return Object.entries(aggregates).flatMap(([name, definition]) => [
    ...problemsOfName(name),
    ...problemsOfKind(name, field(definition, "kind"), kinds),
    ...(["evolve", "from", "create"].every((part) => typeof field(definition, part) === "function")
      ? []
      : [`aggregates.${name} must have evolve, from and create: see defineAggregate`]),
    ...problemsOfEvents(name, field(definition, "events"), types),
    ...problemsOfErasure(name, definition),
  ]);
}

function problemsOfName(name: string): readonly string[] {
  if (RESERVED.has(name) || name in Object.prototype) return [`aggregates.${name}: the unit of work needs this name for itself`];
  return /^[a-z][a-zA-Z0-9]{0,62}$/.test(name) ? [] : [`aggregates: ${JSON.stringify(name)} must be a name in camelCase`];
}

function problemsOfKind(name: string, kind: unknown, seen: Map<unknown, string>): readonly string[] {
  const clash = seen.get(kind);
  if (typeof kind === "string") seen.set(kind, name);
  return [
    ...(typeof kind === "string" && /^[a-z][a-z0-9-]{0,62}$/.test(kind) ? [] : [`aggregates.${name}.kind must be kebab-case`]),
    ...(clash === undefined ? [] : [`aggregates.${name} has the kind of ${clash}`]),
  ];
}

/** A type belongs to one kind of aggregate: a subscriber knows it by its type alone. */
function problemsOfEvents(name: string, events: unknown, seen: Map<string, string>): readonly string[] {
  if (typeof events !== "object" || events === null) return [`aggregates.${name}.events must be an object of event definitions`];
  return Object.entries(events).flatMap(([type, definition]) => {
    const clash = seen.get(type);
    seen.set(type, name);
    return [
      ...(/^[a-z][a-z0-9-]{0,126}$/.test(type) && Array.isArray(field(definition, "personal"))
        ? []
        : [`aggregates.${name}.events: ${JSON.stringify(type)} must be kebab-case and made by event or personalEvent`]),
      ...(clash === undefined ? [] : [`aggregates.${name}.events: ${type} is an event of ${clash} already`]),
      ...problemsOfVersions(`aggregates.${name}.events: ${type}`, field(definition, "version"), field(definition, "upcasters")),
    ];
  });
}

const HIGHEST_VERSION = 1000;

/** Whatever was written by an older release must be readable by this one. */
function problemsOfVersions(event: string, version: unknown, upcasters: unknown): readonly string[] {
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1 || version > HIGHEST_VERSION)
    return [`${event} must have a version from 1 to ${HIGHEST_VERSION}`];
  const older = Array.from({ length: version - 1 }, (_, index) => index + 1);
  const missing = older.filter((from) => typeof field(upcasters, String(from)) !== "function");
  return [
    ...missing.map((from) => `${event} has version ${version} and no upcaster from version ${from}`),
    ...(field(upcasters, String(version)) === undefined ? [] : [`${event} has an upcaster from version ${version}, which is its own`]),
  ];
}

/** An erasure without somebody to forget would forget nobody, in silence. */
function problemsOfErasure(name: string, definition: unknown): readonly string[] {
  const events = field(definition, "events");
  if (typeof events !== "object" || events === null || typeof field(definition, "subject") === "function") return [];
  return Object.keys(events)
    .filter((type) => field(field(events, type), "erases") === true)
    .map((type) => `aggregates.${name}.events: ${type} erases its subject, and aggregates.${name} has no subject`);
}
