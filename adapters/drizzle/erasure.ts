import { lockOrder, samePublisher } from "./deliveries/claims.js";
import type { Names } from "./names.js";

/**
 * Parts of a flush that forget persons: what is personal in the log, what deliveries of it failed by, sessions, and counters of
 * guesses. What the same flush appends about them it appends without. What a handler that is under way fails by comes later, and stays:
 * from an event without anything personal nobody can tell whether it ever had any.
 */
export const erasure = ({ quoted: t }: Names, rows: string): string => `erased as (
  update ${t.events} e set personal = null from ${rows}
  where e.tenant = $1 and e.subject = r.id and e.personal is not null
  returning 1),
failed as materialized (
  select d.subscriber, d.tenant, d.kind, d.publisher, d.pos, d.seq
  from ${rows} join ${t.events} e on e.tenant = $1 and e.subject = r.id
  join ${t.deliveries} d on d.tenant = e.tenant and d.event_id = e.id and d.error_message <> ''
  order by ${lockOrder("d")}, d.subscriber
  for no key update of d),
silenced as (
  update ${t.deliveries} d set error_message = ''
  from failed f where ${samePublisher("d", "f")} and d.pos = f.pos and d.seq = f.seq
  returning 1),
ended as (
  delete from ${t.sessions} s using ${rows} where s.tenant = $1 and s.account_id = r.id
  returning 1),
uncounted as (
  delete from ${t.attempts} c using ${rows}
  where c.tenant = $1 and (${OWNER} = r.id or ${OWNER} >= r.id || ':' and ${OWNER} < r.id || ';')
  returning 1)`;

/** A counter is named by kind and id of whom it belongs to, and by the device that it is of, with colons between: as the index has it. */
const OWNER = `substr(c.counter, strpos(c.counter, ':') + 1) collate "C"`;
