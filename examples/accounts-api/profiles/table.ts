import { sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { tableRepository } from "denizen/drizzle";
import type { Database } from "denizen/drizzle";

/** Profiles for reading, written in the commit that changes one. Ids grow with time, so that the oldest comes first. */
export const profileTable = pgTable("profiles", { profileId: text("profile_id").primaryKey(), username: text() });

export class ProfileRows extends tableRepository(profileTable) {}

/** Makes the table where there is none yet; who comes at the same time waits. */
export const createProfileTable = (database: Database): Promise<void> =>
  database.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('accounts-api'))`);
    await tx.execute(sql`create table if not exists ${profileTable} (profile_id text primary key, username text)`);
  });
