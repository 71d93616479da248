import type { ChangeSet, CommitRecord, Position, StoredEvent } from "denizen/ports";
import { erasure } from "./erasure.js";
import { EVENT_COLUMNS, eventRow, INTO_EVENTS } from "./events.js";
import type { Mappings } from "./mappings.js";
import type { SqlTable } from "./mapping.js";
import type { Names } from "./names.js";
import { nextPos } from "./positions.js";
import { AS_PARAMETERS, cellsOf, listed, parameterRows } from "./rows.js";
import type { Columns } from "./rows.js";
import { memoized, recordset } from "./sql.js";
import type { Statement } from "./sql.js";

/** One part of the statement: which, and its rows. Parts without rows are left out, so the texts are few. */
interface Section {
  readonly key: string;
  readonly rows: readonly object[];
}

/** A statement with its parameters; the first is the tenant. */
export interface Call {
  readonly statement: Statement;
  readonly params: readonly (string | null)[];
}

/**
 * Writes a whole change set as one data-modifying statement: atomic by itself, one round trip on every driver, on a database
 * or inside a transaction. The versions are checked in it: an event of an aggregate that was not hit gets the version 0, which
 * the constraint `denizen_concurrency_conflict` refuses. Everything else is joined to the rows that were hit, so that a lost
 * race is always told before a taken identifier.
 */
export function flusher(
  names: Names,
  mappings: Mappings,
): (changes: ChangeSet, record?: CommitRecord & { readonly position?: Position }) => Call {
  const text = memoized((signature: string) => textOf(names, mappings, signature === "" ? [] : signature.split(" ")));
  return (changes, record) => {
    const parts = [...sectionsOf(changes, mappings), ...(record === undefined ? [] : [recordSection(record)])]
      .filter(({ rows }) => rows.length > 0)
      .map((section) => partOf(section, columnsOf(mappings, section.key)));
    return {
      statement: text(parts.map(({ name }) => name).join(" ")),
      params: [changes.tenant, ...parts.flatMap(({ params }) => params)],
    };
  };
}

/** What is joined to tables is better said to be few; one size, so that the texts stay few as well. */
const JOINED = /^(updated|released|drop|erased|without:.*)$/;
const FEW = 8;

/** A section as the signature names it, and its parameters: most often there are so few rows that they have no need of JSON. */
function partOf({ key, rows }: Section, columns: Columns): { readonly name: string; readonly params: readonly (string | null)[] } {
  const cells = cellsOf(columns, rows);
  if (cells !== undefined) return { name: `${key}#${rows.length}`, params: cells };
  return { name: JOINED.test(key) && rows.length <= FEW ? `${key}#${FEW}` : key, params: [JSON.stringify(rows)] };
}

function sectionsOf({ aggregates, events, vault, erased }: ChangeSet, mappings: Mappings): readonly Section[] {
  const heads = aggregates.map(({ kind, id, expectedVersion: expected, version, after }) => ({
    kind,
    id,
    expected,
    version,
    state: mappings.isMapped(kind) ? null : after,
  }));
  return [
    { key: "new", rows: heads.filter(({ expected }) => expected === 0) },
    { key: "updated", rows: heads.filter(({ expected }) => expected > 0) },
    { key: "log", rows: events.map((event) => eventRow(isOf(event, erased) ? { ...event, personal: null } : event)) },
    {
      key: "released",
      rows: aggregates.flatMap(({ kind, id, released }) => released.map((identifier) => identifierRow(kind, id, identifier))),
    },
    {
      key: "claimed",
      rows: aggregates.flatMap(({ kind, id, claimed }) => claimed.map((identifier) => identifierRow(kind, id, identifier))),
    },
    ...mappings.differences(aggregates),
    {
      key: "put",
      rows: vault.flatMap((change) => ("put" in change ? { id: change.put, owner: change.owner, secret: change.secret.reveal() } : [])),
    },
    { key: "drop", rows: vault.flatMap((change) => ("drop" in change ? { id: change.drop } : [])) },
    { key: "erased", rows: erased.map((id) => ({ id })) },
  ];
}

/** What the same change set tells about whom it forgets is forgotten with the rest. */
const isOf = ({ subject }: StoredEvent, erased: readonly string[]): boolean => subject !== null && erased.includes(subject);

const identifierRow = (aggregate: string, id: string, { kind, key, shared }: { kind: string; key: string; shared?: boolean }) => ({
  aggregate,
  kind,
  key,
  owner: shared === true ? id : "",
  id,
});

const recordSection = ({ commitId, at, command, position }: CommitRecord & { readonly position?: Position }): Section => ({
  key: "record",
  rows: [{ commit_id: commitId, at, actor: command?.actor, command_id: command?.id, outcome: command?.outcome, position }],
});

function textOf(names: Names, mappings: Mappings, signature: readonly string[]): string {
  const parts = signature.map((part) => part.split("#"));
  const has = (key: string): boolean => parts.some(([name]) => name === key);
  let next = 2;
  const ctes = parts.flatMap(([key = "", most]) => {
    const columns = columnsOf(mappings, key);
    const count = Number(most ?? Infinity);
    const inCells = count <= AS_PARAMETERS;
    const rows = inCells ? parameterRows(next, columns, count) : recordset(`$${next}`, listed(columns), most);
    next += inCells ? count * Object.keys(columns).length : 1;
    const cte = cteOf(names, mappings, key, rows, has);
    // The heads come right after the rows that they gather, and before whoever joins them.
    return key === "updated" || (key === "new" && !has("updated")) ? [cte, headsOf(has)] : [cte];
  });
  const heads = has("new") || has("updated") ? [] : [NO_HEADS];
  const logged = `(select max(pos)::text || '.' || max(seq)::text from logged)`;
  const main = has("record") ? "select position from record" : `select ${has("log") ? logged : "null"} as position`;
  return `with ${[`place as materialized (${nextPos(names)})`, ...heads, ...ctes].join(",\n")}\n${main}`;
}

/** Null, which no table takes, in a log of another cluster's. */
const POS = "(select pos from place)";

const HEAD = "kind, id, version, pos";
const NO_HEADS = "heads as (select ''::text as kind, ''::text as id, 0::bigint as version, 0::bigint as pos where false)";

const headsOf = (has: Has): string =>
  `heads as (${["new", "updated"]
    .filter(has)
    .map((key) => `select ${HEAD} from ${key === "new" ? "inserted" : "updated"}`)
    .join(" union all ")})`;

type Has = (key: string) => boolean;

/**
 * Where all aggregates are new there is nothing to look up: each was hit, or the statement fails, which it does before anything else
 * when they are counted first.
 */
const areNew = (has: Has): boolean => has("new") && !has("updated");
const ALL_INSERTED = "cross join (select count(*) from inserted) as all_inserted";

/** Leaves of `r` what belongs to rows that were hit. */
const ofHeads = (has: Has, kind: string, id: string): string =>
  areNew(has) ? ALL_INSERTED : `join heads h on h.kind = ${kind} and h.id = ${id}`;

/** In the order in which they came, as they are by themselves where nothing is looked up for them. */
const inOrder = (has: Has): string => (areNew(has) ? "" : "order by r.ordinality");

const IDENTIFIER = { aggregate: "text", kind: "text", key: "text", owner: "text", id: "text" };

const SECTIONS: Readonly<Record<string, Columns>> = {
  new: { kind: "text", id: "text", version: "bigint", state: "jsonb" },
  updated: { kind: "text", id: "text", expected: "bigint", version: "bigint", state: "jsonb" },
  log: EVENT_COLUMNS,
  released: IDENTIFIER,
  claimed: IDENTIFIER,
  put: { id: "text", owner: "text", secret: "text" },
  drop: { id: "text" },
  erased: { id: "text" },
  record: { commit_id: "text", at: "timestamptz", actor: "text", command_id: "text", outcome: "jsonb", position: "text" },
};

const columnsOf = (mappings: Mappings, key: string): Columns => SECTIONS[key] ?? mappings.table(key).columns;

function cteOf(names: Names, mappings: Mappings, key: string, rows: string, has: Has): string {
  const { quoted: t } = names;
  switch (key) {
    case "new":
      return `inserted as (
  insert into ${t.aggregates} (tenant, kind, id, version, pos, state)
  select $1, r.kind, r.id, r.version, ${POS}, r.state
  from ${rows}
  returning ${HEAD})`;
    case "updated":
      return `updated as (
  update ${t.aggregates} a set version = r.version, pos = case when ${POS} is not null then greatest(a.pos, ${POS}) end, state = r.state
  from ${rows}
  where a.tenant = $1 and a.kind = r.kind and a.id = r.id and a.version = r.expected
  returning a.kind, a.id, a.version, a.pos)`;
    case "log":
      return `logged as (
  insert into ${t.events} (${INTO_EVENTS})
  select ${areNew(has) ? POS : `coalesce(h.pos, ${POS})`}, r.id, $1, r.type, r.type_version, r.occurred_at, r.kind, r.publisher,
    ${areNew(has) ? "r.version" : "case when r.version is null or h.id is not null then r.version else 0 end"},
    r.subject, r.payload, r.personal, r.actor, r.commit_id, r.correlation_id, r.causation_id, r.trace
  from ${rows}
  ${areNew(has) ? ALL_INSERTED : "left join heads h on h.kind = r.kind and h.id = r.publisher"}
  ${inOrder(has)}
  returning pos, seq)`;
    case "released":
      return `released as (
  delete from ${t.identifiers} i
  using ${rows}, heads h
  where h.kind = r.aggregate and h.id = r.id
    and i.tenant = $1 and i.aggregate = r.aggregate and i.kind = r.kind and i.key = r.key and i.owner = r.owner and i.id = r.id
  returning 1)`;
    case "claimed":
      return `claimed as (
  insert into ${t.identifiers} (tenant, aggregate, kind, key, owner, id)
  select $1, r.aggregate, r.kind, r.key, r.owner, r.id
  from ${rows}
  ${ofHeads(has, "r.aggregate", "r.id")}
  ${has("released") ? "where (select count(*) from released) >= 0" : ""}
  ${inOrder(has)}
  returning 1)`;
    case "put":
      return `put as (
  insert into ${t.vault} as v (tenant, credential_id, owner, version, secret)
  select $1, r.id, r.owner, 1, r.secret from ${rows}
  on conflict (tenant, credential_id) do update set owner = excluded.owner, version = v.version + 1, secret = excluded.secret
  returning 1)`;
    case "drop":
      return `dropped as (
  delete from ${t.vault} v using ${rows} where v.tenant = $1 and v.credential_id = r.id
  returning 1)`;
    case "erased":
      return erasure(names, rows);
    case "record":
      return `record as (
  insert into ${t.commits} (commit_id, tenant, at, actor, command_id, outcome, position)
  select r.commit_id, $1, r.at, r.actor, r.command_id, r.outcome,
    coalesce(r.position, ${has("log") ? "(select max(pos)::text || '.' || max(seq)::text from logged)" : "null"},
      coalesce(${POS}, (select max(pos) from ${t.events})) || '.0')
  from ${rows}
  returning position)`;
    default:
      return mappedCte(mappings.table(key), key, rows, has);
  }
}

/** A mapped table's rows: written over the ones of the same key, or deleted. */
function mappedCte({ table, kind }: { readonly table: SqlTable; readonly kind: string }, key: string, rows: string, has: Has): string {
  const { name, aggregate, columns } = table;
  const cte = key.replace(/[^a-z0-9]/g, "_");
  if (key.startsWith("without:")) {
    return `${cte} as (
  delete from ${name} t using ${rows}, heads h
  where h.kind = '${kind}' and h.id = r._id and t.tenant = $1 and t."${aggregate}" = r._id${table.key.map((column) => ` and t."${column}" = r."${column}"`).join("")}
  returning 1)`;
  }
  const all = columns.map(({ name: column }) => `"${column}"`);
  const conflict = ["tenant", aggregate, ...table.key].map((column) => `"${column}"`).join(", ");
  const changing = columns
    .filter((column) => !table.key.includes(column.name))
    .map((column) => `"${column.name}" = excluded."${column.name}"`);
  return `${cte} as (
  insert into ${name} (tenant, "${aggregate}", ${all.join(", ")})
  select $1, r._id, ${all.map((column) => `r.${column}`).join(", ")}
  from ${rows}
  ${ofHeads(has, `'${kind}'`, "r._id")}
  on conflict (${conflict}) do ${changing.length === 0 ? "nothing" : `update set ${changing.join(", ")}`}
  returning 1)`;
}
