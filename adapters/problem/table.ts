import { ConfigurationError } from "denizen";
import { read } from "./plain.js";
import type { ProblemType } from "./problem-type.js";

export type Table = Readonly<Record<string, ProblemType>>;

/** Freezes a table, whose entries may be shared, all the way down. */
export function frozen<const T extends Table>(table: T): T {
  for (const type of Object.values(table)) Object.freeze(Object.freeze(type).shows);
  return Object.freeze(table);
}

/** A host's table as it was when it was looked at. Throws one `ConfigurationError` that names every problem. */
export function checked(own: unknown): Table {
  if (typeof own !== "object" || own === null || Array.isArray(own)) {
    throw new ConfigurationError(["problem: the types of problems must be an object by code"]);
  }
  const faults: string[] = [];
  const types = Object.entries(own).map(([code, type]): readonly [string, ProblemType] => {
    const [status, title, shows = []] = ["status", "title", "shows"].map((name) => read(type, name));
    const fault = (sentence: string): void => void faults.push(`problem: ${JSON.stringify(code)}: ${sentence}`);
    if (!CODE.test(code)) fault("a code has letters, digits and - . _ :");
    if (!isStatus(status)) fault("status must be a whole number from 400 to 599");
    if (!isTitle(title)) fault("title must be a text of 1 to 200 characters");
    if (!isList(shows)) fault("shows must be a list of names");
    const names = isList(shows) ? [...shows] : [];
    for (const name of names) if (!isMember(name)) fault(`${JSON.stringify(name)} is not a member that can be shown`);
    return [code, { status: isStatus(status) ? status : 500, title: isTitle(title) ? title : "", shows: names }];
  });
  if (faults.length > 0) throw new ConfigurationError(faults);
  return Object.fromEntries(types);
}

/** It ends a URI, so it has only what stands for itself in one. */
const CODE = /^[a-z\d][\w.:-]{0,127}$/i;
/** RFC 9457 §3.2: letters, digits and underscores, a letter first. */
const MEMBER = /^[a-z]\w{0,63}$/i;
const KEPT: ReadonlySet<string> = new Set(["type", "title", "status", "detail", "instance", "code", "cause"]);

const isStatus = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 400 && value <= 599;
const isTitle = (value: unknown): value is string => typeof value === "string" && value.length >= 1 && value.length <= 200;
const isList = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((name) => typeof name === "string");
const isMember = (name: string): boolean => MEMBER.test(name) && !KEPT.has(name);
