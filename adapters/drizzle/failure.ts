import { domainError } from "denizen";
import type { ChangeSet, ConcurrencyConflict, FlushError, LoadFailure, StoreError, TransactionBroken } from "denizen/ports";
import type { Names } from "./names.js";

/** What a driver says went wrong. Drizzle wraps it, so it is looked for down the chain of causes. */
interface Failure {
  /** A SQLSTATE, or the driver's own code, or nothing. */
  readonly code: string;
  readonly constraint: string;
  readonly table: string;
  readonly column: string;
  readonly detail: string;
  readonly message: string;
  /** Where in PostgreSQL it arose. */
  readonly routine: string;
}

// With a digit in it: EPIPE has five letters too.
const SQLSTATE = /^(?=.*[0-9])[0-9A-Z]{5}$/;

export function failureOf(thrown: unknown): Failure {
  let deepest: unknown = thrown;
  for (let depth = 0, error: unknown = thrown; depth < 8 && typeof error === "object" && error !== null; depth++) {
    deepest = error;
    if ("code" in error && typeof error.code === "string") break;
    error = "cause" in error ? error.cause : undefined;
  }
  const text = (...names: readonly string[]): string => {
    for (const name of names) {
      const value: unknown = typeof deepest === "object" && deepest !== null ? Reflect.get(deepest, name) : undefined;
      if (typeof value === "string") return value;
    }
    return "";
  };
  return {
    code: text("code"),
    constraint: text("constraint_name", "constraint"),
    table: text("table_name", "table"),
    column: text("column_name", "column"),
    detail: text("detail"),
    message: text("message"),
    routine: text("routine"),
  };
}

export const isServerError = ({ code }: Failure): boolean => SQLSTATE.test(code) && !isLost({ code });

/** The connection is gone, or never was: 08 connection exceptions, 57P01–3 the server is stopping, and everything without a SQLSTATE. */
export const isLost = ({ code }: Pick<Failure, "code">): boolean =>
  !SQLSTATE.test(code) || code.startsWith("08") || /^57P0[1-5]$/.test(code);

// Codes of drivers and of Node that say that nothing was sent.
const NEVER_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "CONNECT_TIMEOUT",
  "ENOENT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CONNECTION_ENDED",
  "57P03",
  "08001",
  "08004",
]);

export const wasNeverSent = ({ code }: Failure): boolean => NEVER_CONNECTED.has(code);

/** No connection, no lock, or no time left: 53 insufficient resources, 55P03 lock not available, 57014 canceled, 25P03/25P04 idle for too long. */
const isBusy = ({ code }: Failure): boolean => code.startsWith("53") || ["55P03", "57014", "25P03", "25P04"].includes(code);

/** There is no position in a log that was written in another cluster: 23502 not null violation. See `positions.ts`. */
export const isElsewhere = ({ code, table, column }: Failure, { prefix }: Names): boolean =>
  code === "23502" && column === "pos" && ["aggregates", "events"].some((name) => table === prefix + name);

/** The same of a statement that only reads. */
export const elsewhere = ({ prefix }: Names): Error =>
  Object.assign(new Error("the log is another cluster's"), { code: "23502", table: `${prefix}events`, column: "pos" });

/** 40001 serialization failure, 40P01 deadlock: the whole block may simply be run again. */
export const isLostRace = ({ code }: Failure): boolean => code === "40001" || code === "40P01";

export const conflict = (changes?: ChangeSet): ConcurrencyConflict =>
  domainError("concurrency-conflict", "another unit of work changed this first", {
    aggregates: (changes?.aggregates ?? []).filter(({ expectedVersion }) => expectedVersion > 0).map(({ kind, id }) => ({ kind, id })),
  });

export const unavailable = (message: string): StoreError => domainError("store-unavailable", message);

/** What a failed statement means when it wrote nothing, whatever it was. */
export function storeError(failure: Failure): StoreError {
  if (isBusy(failure)) return domainError("store-busy", "the database has no capacity for this now", { detail: failure.code });
  if (isLost(failure)) return unavailable("the connection to the database was lost, or there is none");
  // Only what cannot repeat a value somebody sent: messages of class 42 (syntax, missing table or right) name objects.
  const detail = failure.code.startsWith("42") ? `${failure.code} ${failure.message}` : failure.code;
  return domainError("store-failed", `the database refused: ${detail}`, { detail });
}

/** What an error on the host's own statement means to a unit of work: only what concerns every statement alike. */
export function interpret(thrown: unknown): LoadFailure | undefined {
  const failure = failureOf(thrown);
  if (isLostRace(failure)) return conflict();
  return SQLSTATE.test(failure.code) && isLost(failure) ? storeError(failure) : undefined;
}

/** What a failed flush means. */
export function flushError(thrown: unknown, changes: ChangeSet, names: Names): FlushError | TransactionBroken {
  const failure = failureOf(thrown);
  const { code, constraint } = failure;
  if (isElsewhere(failure, names))
    return domainError("store-busy", "the log was written in another cluster: its positions are being adapted");
  if (code === "25P02") return domainError("transaction-broken", "a statement of this transaction had failed before");
  if (isLostRace(failure) || (code === "23514" && constraint === "denizen_concurrency_conflict")) return conflict(changes);
  if (code === "23505" && constraint === names.primaryKey("aggregates")) return idTaken(failure, changes);
  if (code === "23505" && constraint === names.primaryKey("identifiers")) return identifierTaken(failure, changes);
  if (code === "23505" && constraint === `${names.prefix}events_version`) return conflict(changes);
  return storeError(failure);
}

// The values in a detail are never translated: `Key (tenant, kind, id)=(default, user, 42) already exists.`
const names = (detail: string, ...values: readonly string[]): boolean => detail.includes(`=(${values.join(", ")})`);

function idTaken({ detail }: Failure, { tenant, aggregates }: ChangeSet): FlushError {
  const created = aggregates.filter(({ expectedVersion }) => expectedVersion === 0);
  const taken = created.find(({ kind, id }) => names(detail, tenant, kind, id)) ?? created[0];
  const { kind = "", id = "" } = taken ?? {};
  return domainError("id-taken", `there is a ${kind} of this id already`, { kind, id });
}

function identifierTaken({ detail }: Failure, { tenant, aggregates }: ChangeSet): FlushError {
  const claims = aggregates.flatMap(({ kind: aggregate, claimed }) =>
    claimed.filter(({ shared }) => shared !== true).map(({ kind, key }) => ({ aggregate, kind, key })),
  );
  const taken = claims.find(({ aggregate, kind, key }) => names(detail, tenant, aggregate, kind, key, "")) ?? claims[0];
  const { aggregate = "", kind = "", key = "" } = taken ?? {};
  return domainError("identifier-taken", `this ${kind} is taken`, { aggregate, kind, key });
}
