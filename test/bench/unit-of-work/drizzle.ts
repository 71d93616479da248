import { and, eq } from "drizzle-orm";
import { boolean, doublePrecision, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { connect } from "../harness/database.js";
import type { Driver } from "../harness/database.js";
import { HOLDINGS, makeTables, planetRows, renamedEvent, userRows } from "./rows.js";
import type { Way } from "./writer.js";

const users = pgTable("users", {
  id: uuid().primaryKey(),
  name: text().notNull(),
  version: integer().notNull().default(1),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
});
const userEmails = pgTable("user_emails", {
  address: text().primaryKey(),
  userId: uuid("user_id").notNull(),
  isPrimary: boolean("is_primary").notNull(),
});
const planets = pgTable("planets", {
  id: uuid().primaryKey(),
  name: text().notNull().unique(),
  mass: doublePrecision().notNull(),
  version: integer().notNull().default(1),
});
const events = pgTable("events", {
  id: uuid().primaryKey(),
  type: text().notNull(),
  occurredAt: timestamp("occurred_at", { withTimezone: true }).notNull(),
  kind: text().notNull(),
  publisher: uuid().notNull(),
  version: integer().notNull(),
  payload: jsonb().notNull(),
});

/** Drizzle alone, as its documentation has it: a transaction, and a statement for each table. */
export const drizzleAlone = (driver: Driver): Way => ({
  prepare: makeTables,
  open: async (url, { connections }) => {
    const { database, [Symbol.asyncDispose]: close } = connect(driver, url, connections);
    return {
      create: async (newcomer) => {
        const { user, email, events: happened } = userRows(newcomer);
        await database.transaction(async (tx) => {
          await tx.insert(users).values(user);
          await tx.insert(userEmails).values({ ...email, userId: user.id });
          await tx.insert(events).values([...happened]);
        });
        return user.id;
      },
      rename: async (id, name) => {
        const [user] = await database.select().from(users).where(eq(users.id, id));
        if (user === undefined) throw new Error("nobody");
        await database.transaction(async (tx) => {
          const changed = await tx
            .update(users)
            .set({ name, version: user.version + 1 })
            .where(and(eq(users.id, id), eq(users.version, user.version)))
            .returning({ version: users.version });
          if (changed.length !== 1) throw new Error("somebody else was first");
          await tx.insert(events).values(renamedEvent(user, name));
        });
      },
      discover: async (newcomer, discovered) => {
        const { user, email, events: happened } = userRows(newcomer);
        const { planet, events: more } = planetRows(discovered);
        await database.transaction(async (tx) => {
          await tx.insert(users).values(user);
          await tx.insert(userEmails).values({ ...email, userId: user.id });
          await tx.insert(planets).values(planet);
          await tx.insert(events).values([...happened, ...more]);
        });
      },
      close,
    };
  },
  holdings: HOLDINGS,
});
