import type { Sql } from "postgres";

const TABLES = [
  "aggregates",
  "identifiers",
  "events",
  "commits",
  "vault",
  "attempts",
  "users",
  "user_emails",
  "user_phones",
  "user_credentials",
  "accounts",
  "account_roles",
  "sessions",
].map((table) => `denizen_${table}`);

/** Ids, times, positions, tokens and numbers are as they come. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id"],
  [/"\d{4}-\d\d-\d\dT[^"]*"/g, "time"],
  [/"\d+\.\d+"/g, "position"],
  [/[0-9a-f]{64}/g, "token"],
  [/\d{9,}/g, "number"],
];

/**
 * Holds a floor to leaving the rows that denizen leaves. Both live through the same story, in empty tables; of what differs, the
 * message has the lines.
 */
export async function sameRows(sql: Sql, denizen: () => Promise<unknown>, floor: () => Promise<unknown>): Promise<void> {
  const [ours, byHand] = [await rowsAfter(sql, denizen), await rowsAfter(sql, floor)];
  if (ours.join("\n") === byHand.join("\n")) return;
  const missing = ours.filter((row) => !byHand.includes(row));
  const extra = byHand.filter((row) => !ours.includes(row));
  throw new Error(
    `the floor writes other rows than denizen.\ndenizen alone:\n${missing.join("\n")}\nthe floor alone:\n${extra.join("\n")}`,
  );
}

async function rowsAfter(sql: Sql, story: () => Promise<unknown>): Promise<readonly string[]> {
  await sql.unsafe(`truncate ${TABLES.join(", ")}`);
  await story();
  const rows: string[] = [];
  for (const table of TABLES) {
    const found = await sql.unsafe<{ row: unknown }[]>(`select (to_jsonb(t) - 'pos' - 'seq')::text as row from ${table} t`);
    rows.push(...found.map(({ row }) => `${table} ${PLACEHOLDERS.reduce((text, [what, as]) => text.replace(what, as), String(row))}`));
  }
  return rows.sort();
}
