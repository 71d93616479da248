import { raw } from "../harness/database.js";
import { HOLDINGS, makeTables, planetRows, renamedEvent, userRows } from "./rows.js";
import type { EventRow, UserRow } from "./rows.js";
import type { Way } from "./writer.js";

/** The floor: on postgres.js, everything that is to be written in one prepared statement, which commits itself. */
export const byHand: Way = {
  prepare: makeTables,
  open: async (url, { connections }) => {
    const sql = raw(url, connections);
    const run = (text: string, params: readonly string[]) => sql.unsafe<Record<string, unknown>[]>(text, [...params], { prepare: true });
    return {
      create: async (newcomer) => {
        const { user, email, events } = userRows(newcomer);
        await run(CREATE, [user.id, user.name, user.createdAt.toISOString(), email.address, ...paramsOf(events)]);
        return user.id;
      },
      rename: async (id, name) => {
        const [row] = await run(READ, [id]);
        if (row === undefined) throw new Error("nobody");
        const user: UserRow = { id: String(row["id"]), name: String(row["name"]), version: Number(row["version"]) };
        const written = await run(RENAME, [id, name, String(user.version), ...paramsOf([renamedEvent(user, name)])]);
        if (written.length !== 1) throw new Error("somebody else was first");
      },
      discover: async (newcomer, discovered) => {
        const { user, email, events } = userRows(newcomer);
        const { planet, events: more } = planetRows(discovered);
        await run(DISCOVER, [
          user.id,
          user.name,
          user.createdAt.toISOString(),
          email.address,
          planet.id,
          planet.name,
          String(planet.mass),
          ...paramsOf([...events, ...more]),
        ]);
      },
      close: () => sql.end(),
    };
  },
  holdings: HOLDINGS,
};

const paramsOf = (events: readonly EventRow[]): readonly string[] =>
  events.flatMap(({ id, type, occurredAt, kind, publisher, version, payload }) => [
    id,
    type,
    occurredAt.toISOString(),
    kind,
    publisher,
    String(version),
    JSON.stringify(payload),
  ]);

const LOG = "insert into events (id, type, occurred_at, kind, publisher, version, payload)";

/** The values of so many events, whose parameters begin with this one. */
const eventValues = (first: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `(${eventValue(first + 7 * index)})`).join(", ");

const eventValue = (first: number): string =>
  ["uuid", "text", "timestamptz", "text", "uuid", "integer", "jsonb"].map((type, index) => `$${first + index}::text::${type}`).join(", ");

const PERSON = `person as (insert into users (id, name, created_at) values ($1::text::uuid, $2::text, $3::text::timestamptz)),
email as (insert into user_emails (address, user_id, is_primary) values ($4::text, $1::text::uuid, true))`;

const CREATE = `with ${PERSON} ${LOG} values ${eventValues(5, 2)}`;

const READ = "select id, name, version from users where id = $1::text::uuid";

const RENAME = `with changed as (
  update users set name = $2::text, version = version + 1 where id = $1::text::uuid and version = $3::text::integer returning version)
${LOG} select ${eventValue(4)} from changed returning version`;

const DISCOVER = `with ${PERSON},
planet as (insert into planets (id, name, mass) values ($5::text::uuid, $6::text, $7::text::double precision))
${LOG} values ${eventValues(8, 4)}`;
