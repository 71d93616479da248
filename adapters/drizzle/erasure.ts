import type { Names } from "./names.js";

/**
 * Parts of a flush that forget persons: what is personal in the log, what deliveries of it failed by, sessions, and counters of
 * guesses. What the same flush appends about them it appends without.
 */
export const erasure = ({ quoted: t }: Names, rows: (columns: string) => string): string => `erased as (
  update ${t.events} e set personal = null from ${rows("id text")}
  where e.tenant = $1 and e.subject = r.id and e.personal is not null
  returning 1),
silenced as (
  update ${t.deliveries} d set error_message = ''
  from ${rows("id text")} join ${t.events} e on e.tenant = $1 and e.subject = r.id
  where d.tenant = e.tenant and d.event_id = e.id and d.error_message <> ''
  returning 1),
ended as (
  delete from ${t.sessions} s using ${rows("id text")} where s.tenant = $1 and s.account_id = r.id
  returning 1),
uncounted as (
  delete from ${t.attempts} c using ${rows("id text")}
  where c.tenant = $1 and (${OWNER} = r.id or ${OWNER} >= r.id || ':' and ${OWNER} < r.id || ';')
  returning 1)`;

/** A counter is named by kind and id of whom it belongs to, and by the device that it is of, with colons between: as the index has it. */
const OWNER = `substr(c.counter, strpos(c.counter, ':') + 1) collate "C"`;
