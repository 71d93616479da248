import type postgresJs from "postgres";
import type { Child } from "./child.js";

/** What the notes of one subscriber say beside the log. */
export interface Ledger {
  readonly events: number;
  readonly calls: number;
  /** Events of the log that it never handled. */
  readonly lost: number;
  /** Calls for events that it had handled before. */
  readonly twice: number;
  /** Calls for events whose predecessor (same publisher) had not been handled yet. */
  readonly outOfOrder: number;
  /** Calls for events before the last one, by a worker that had handled that one itself and so knew better. */
  readonly backwards: number;
  /** The most calls of one worker that another one repeated. */
  readonly mostOfOneWorker: number;
}

export async function ledger(sql: postgresJs.Sql, subscriber: string): Promise<Ledger> {
  const [row] = await sql`
    with log as (select id, publisher, version from denizen_events where kind = 'beacon'),
    calls as (
      select n, event, worker, version, max(version) over before as highest, lag(version) over line as last, lag(worker) over line as last_worker
      from faults_calls where subscriber = ${subscriber}
      window line as (partition by publisher order by n), before as (line rows between unbounded preceding and 1 preceding)
    ),
    repeated as (
      select c.worker, count(*) as calls from calls c
      where exists (select from calls later where later.event = c.event and later.n > c.n and later.worker <> c.worker) group by c.worker
    )
    select (select count(*)::int from log) as events,
      (select count(*)::int from calls) as calls,
      (select count(*)::int from log where not exists (select from faults_calls c where c.subscriber = ${subscriber} and c.event = log.id)) as lost,
      (select (count(*) - count(distinct event))::int from calls) as twice,
      (select count(*)::int from calls where version > coalesce(highest, 0) + 1) as out_of_order,
      (select count(*)::int from calls where version <= highest and version <> last + 1 and worker = last_worker) as backwards,
      (select coalesce(max(calls), 0)::int from repeated) as most`;
  const number = (name: string): number => Number(row?.[name]);
  return {
    events: number("events"),
    calls: number("calls"),
    lost: number("lost"),
    twice: number("twice"),
    outOfOrder: number("out_of_order"),
    backwards: number("backwards"),
    mostOfOneWorker: number("most"),
  };
}

/** What the effects inside the deliveries' units of work come to: both shall be 0. */
export async function effects(sql: postgresJs.Sql, subscriber: string): Promise<{ readonly missing: number; readonly twice: number }> {
  const [row] = await sql`
    select (select count(*)::int from denizen_events e where e.kind = 'beacon'
        and not exists (select from faults_effects f where f.subscriber = ${subscriber} and f.event = e.id)) as missing,
      (select (count(*) - count(distinct event))::int from faults_effects where subscriber = ${subscriber}) as twice`;
  return { missing: Number(row?.["missing"]), twice: Number(row?.["twice"]) };
}

/** Pairs of calls for one publisher that overlapped in time. */
export async function overlaps(sql: postgresJs.Sql, subscriber: string): Promise<number> {
  const [row] = await sql`
    select count(*)::int as overlaps from (
      select began, max(ended) over (partition by publisher order by began, n rows between unbounded preceding and 1 preceding) as earlier
      from faults_calls where subscriber = ${subscriber}
    ) spans where began < earlier`;
  return Number(row?.["overlaps"]);
}

/** Commits that writers were told of and the log does not hold. */
export async function unwritten(
  sql: postgresJs.Sql,
  writers: readonly Child[],
): Promise<{ readonly acknowledged: number; readonly unwritten: number }> {
  const acknowledged = writers.flatMap(({ said }) => said);
  const rows = await sql`select publisher, max(version)::int as version from denizen_events where kind = 'beacon' group by publisher`;
  const versions = new Map(rows.map((row) => [String(row["publisher"]), Number(row["version"])]));
  const lost = acknowledged.filter((line) => {
    const [id = "", version] = line.split(" ");
    return (versions.get(id) ?? 0) < Number(version);
  });
  return { acknowledged: acknowledged.length, unwritten: lost.length };
}
