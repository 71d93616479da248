import { Secret } from "denizen";
import type { Counted, Guess, Settlement } from "denizen/ports";
import type { Run } from "./database.js";
import { append, eventRow } from "./events.js";
import { aggregateJson, before, byOf, headsBy, sought, storedAggregate } from "./load.js";
import type { Loaded } from "./load.js";
import type { Mappings } from "./mappings.js";
import type { Names } from "./names.js";
import { iso, memoized, parameters, statement } from "./sql.js";

/** The one row that counting answers. */
interface CountedRow {
  readonly counter: string;
  readonly count: number;
  readonly refusedUntil: string | null;
  readonly aggregate: Loaded | null;
  readonly alongside: Readonly<Record<string, Loaded | null>>;
  readonly materials: readonly { readonly credentialId: string; readonly version: number; readonly secret: string }[] | null;
}

const COUNTING = ["method", "stranger", "holder", "device", "at", "limit", "first", "longest", "memory"] as const;

/** The guard of guesses. Each call is one statement, whose truth no transaction of the host's can take back. */
export function attempts(names: Names, mappings: Mappings) {
  const { quoted: t } = names;
  const counting = parameters(COUNTING);

  const count = memoized((shape: string) => {
    const [by = "", kind = "", ...alongside] = shape.split("\n");
    const { text: p } = parameters(COUNTING, before(by));
    const [at, limit, first, longest] = [
      `${p.at}::timestamptz`,
      ...[p.limit, p.first, p.longest].map((text) => `${text}::double precision`),
    ];
    // An older version of denizen, beside this one, knows `since` alone, and sets it when it counts anew.
    const forgotten = `greatest(c.guessed_at, c.since) <= ${at} - ${p.memory}::double precision * interval '1 millisecond'`;
    const counted = `case when ${forgotten} then 1 else c.count + 1 end`;
    // Sixty doublings are longer than any limit, and no overflow.
    const lockAt = (count: string) =>
      `case when ${count} >= ${limit} then ${at} + least(${longest}, ${first} * power(2, least(${count} - ${limit}, 60))) * interval '1 millisecond' end`;
    const locked = `${at} < c.locked_until`;
    const others = alongside.map((other, index) => {
      const parameter = `$${before(by) + COUNTING.length + index + 1}::text`;
      return `${parameter}, (select ${aggregateJson(mappings, other)} from ${t.aggregates} a
    where a.tenant = $1::text and a.kind = ${parameter} and a.id = (select id from target))`;
    });
    return `with target as (select a.* from ${headsBy(names, by)} limit 1),
counted as (
  insert into ${t.attempts} as c (tenant, method, counter, count, since, guessed_at, locked_until)
  select $1::text, ${p.method}, coalesce(
    (select $2::text || ':' || id || case when id = ${p.holder} then ':' || ${p.device} else '' end from target), ${p.stranger}),
    1, ${at}, ${at}, ${lockAt("1")}
  on conflict (tenant, method, counter) do update set
    count = case when ${locked} then c.count else ${counted} end,
    since = case when ${locked} then c.since when ${forgotten} then ${at} else least(c.since, ${at}) end,
    guessed_at = case when ${locked} then c.guessed_at else ${at} end,
    locked_until = case when ${locked} then c.locked_until else ${lockAt(`(${counted})`)} end,
    refusals = case when ${locked} then c.refusals + 1 else 0 end
  returning counter, count, case when refusals > 0 then locked_until end as refused_until)
select json_build_object(
  'counter', c.counter, 'count', c.count, 'refusedUntil', c.refused_until,
  'aggregate', (select ${aggregateJson(mappings, kind)} from target a),
  'alongside', json_build_object(${others.join(", ")}),
  'materials', (select json_agg(json_build_object('credentialId', v.credential_id, 'version', v.version, 'secret', v.secret))
    from ${t.vault} v join target a on v.tenant = a.tenant and v.owner = a.id))::text as json
from counted c`;
  });

  const { text: p, values } = parameters(["tenant", "cleared", "method", "counter", "events"]);
  const settle = statement(`with cleared as (${clearing(names, p)})\n${append(names, p.events)}`);

  return {
    count: async (run: Run, guess: Guess): Promise<Counted> => {
      const { tenant, target, method, stranger, device, at, lockout, alongside = [] } = guess;
      const text = count([byOf(target), target.kind, ...alongside].join("\n"));
      const counted = counting.values({
        method,
        stranger,
        // Nobody's id is empty.
        holder: device?.holder ?? "",
        device: device?.name ?? "",
        at,
        limit: String(lockout.limit),
        first: String(lockout.first),
        longest: String(lockout.longest),
        memory: String(lockout.memory),
      });
      const [row] = await run(text, [tenant, ...sought(target), ...counted, ...alongside]);
      // The statement above built it in this very shape.
      return countedOf(mappings, target.kind, JSON.parse(String(row?.["json"])) as CountedRow);
    },
    settle: async (run: Run, settlement: Settlement): Promise<void> => {
      const { tenant, events } = settlement;
      await run(settle, values({ tenant, ...cleared(settlement), events: JSON.stringify(events.map(eventRow)) }));
    },
  };
}

function countedOf(
  mappings: Mappings,
  kind: string,
  { counter, count, refusedUntil, aggregate, alongside, materials }: CountedRow,
): Counted {
  return {
    counter,
    count,
    refusedUntil: refusedUntil === null ? null : iso(refusedUntil),
    aggregate: aggregate === null ? undefined : storedAggregate(mappings, kind, aggregate),
    alongside: Object.fromEntries(
      Object.entries(alongside).flatMap(([other, loaded]) => (loaded === null ? [] : [[other, storedAggregate(mappings, other, loaded)]])),
    ),
    materials: (materials ?? []).map(({ credentialId, version, secret }) => ({ credentialId, version, secret: new Secret(secret) })),
  };
}

/** Forgets the counter of a proof that succeeded. */
export const clearing = ({ quoted: t }: Names, p: Readonly<Record<keyof ReturnType<typeof cleared>, string>>, only = "true"): string =>
  `delete from ${t.attempts} where ${only} and ${p.cleared} = 'cleared' and tenant = $1::text and method = ${p.method} and counter = ${p.counter} returning 1`;

/** The values of `clearing`; nothing is cleared where nothing was proved. */
export const cleared = (settlement: Settlement | undefined) => ({
  cleared: settlement?.succeeded === true ? "cleared" : "kept",
  method: settlement?.method ?? "",
  counter: settlement?.counter ?? "",
});
