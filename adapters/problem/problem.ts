import { isDomainError } from "denizen";
import type { DomainError, Json } from "denizen";
import { configured } from "denizen/ports";
import { plain, read } from "./plain.js";
import type { OwnProblems, ProblemType } from "./problem-type.js";
import { problems } from "./problems.js";
import { checked, frozen } from "./table.js";
import type { Table } from "./table.js";

/** A problem of RFC 9457, as the body of a response. `code` and the members after it are extensions (§3.2). */
export interface Problem {
  /** A URI: the base and the code. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** The same to switch on. */
  readonly code: string;
  readonly detail?: string;
  readonly instance?: string;
  readonly [member: string]: Json | undefined;
}

export interface ProblemOptions {
  /** What the code is appended to, as `https://api.example.com/problems/`. By default a tag URI, which names and leads nowhere (RFC 4151). */
  readonly base?: string;
  /** What this occurrence is called, as `/sign-up`: a URI, absolute or relative. */
  readonly instance?: string;
}

/** Never throws, whatever it is given: what is no error with a code of the table is an `internal-error`, and none of it is told. */
export type ToProblem = (error: unknown, options?: ProblemOptions) => Problem;

/** Says what clients may know of an error, by the table `problems`: plain, frozen data for a body of type `problemMediaType`. */
export const problem: ToProblem = by(problems);

/**
 * The same with codes of your own, and with other statuses, titles or members for ours where you prefer them. Name the union of your
 * errors, and the compiler asks for each of its codes:
 * `defineProblems<PlanetError>({ "planet-taken": { status: 409, title: "This planet is taken", shows: ["name"] } })`.
 * Throws `ConfigurationError` when a code, status, title or member cannot be one.
 */
export function defineProblems<E extends DomainError = DomainError>(own: OwnProblems<E>): ToProblem {
  return by(frozen({ ...problems, ...configured("problem", () => checked(own)) }));
}

const DEFAULT_BASE = "tag:denizen-js.github.io,2026:";

function by(table: Table): ToProblem {
  const { "internal-error": fault = problems["internal-error"] } = table;
  return (error, options) => {
    const { code, type, subject } = told(table, error) ?? { code: "internal-error", type: fault, subject: undefined };
    const instance = uri(read(options, "instance"));
    return Object.freeze({
      type: (uri(read(options, "base")) ?? DEFAULT_BASE) + code,
      title: type.title,
      status: type.status,
      code,
      ...(instance === undefined ? {} : { instance }),
      ...shown(type, subject),
    });
  };
}

interface Told {
  readonly code: string;
  readonly type: ProblemType;
  readonly subject: unknown;
}

/** A unit may be vetoed because another one was. Deeper than this nobody nests; a reason can be its own. */
const DEEPEST = 4;

/** What is told of an error: of a veto, why, if that has a code of the table. */
function told(table: Table, error: unknown, depth = 0): Told | undefined {
  const code = isDomainError(error) ? read(error, "code") : undefined;
  if (typeof code !== "string" || !Object.hasOwn(table, code)) return undefined;
  const type = table[code];
  const why = code === "vetoed" && depth < DEEPEST ? told(table, read(error, "reason"), depth + 1) : undefined;
  return why ?? (type === undefined ? undefined : { code, type, subject: error });
}

/** The members that may leave, under the names by which RFC 9457 knows them. */
function shown({ shows = [] }: ProblemType, subject: unknown): Readonly<Record<string, Json>> {
  const members: [string, Json][] = [];
  for (const name of shows) {
    const value = plain(read(subject, name));
    if (name !== "message" && value !== undefined) members.push([name, value]);
    if (name === "message" && typeof value === "string") members.push(["detail", value]);
  }
  return Object.fromEntries(members);
}

const LONGEST_URI = 2048;
/** A URI or a relative reference, by its characters (RFC 3986 §2). */
const URI = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\da-f]{2})+$/i;

const uri = (value: unknown): string | undefined =>
  typeof value === "string" && value.length <= LONGEST_URI && URI.test(value) ? value : undefined;
