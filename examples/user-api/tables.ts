import { sql } from "drizzle-orm";
import { boolean, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { Database } from "denizen/drizzle";

/** The application's own view of its users. Passwords, log-ins and what is taken are denizen's, in tables of its own. */
export const userTable = pgTable("users", {
  id: uuid().primaryKey(),
  name: text().notNull(),
  surname: text().notNull(),
  email: text().notNull().unique(),
  active: boolean().notNull(),
});

/** Makes the table where there is none yet; who comes at the same time waits. */
export const createUserTable = (database: Database): Promise<void> =>
  database.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('user-api'))`);
    await tx.execute(sql`
      create table if not exists ${userTable} (
        id uuid primary key, name text not null, surname text not null, email text not null unique, active boolean not null
      )`);
  });
