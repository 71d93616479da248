import { boolean, pgTable, text, timestamp } from "drizzle-orm/pg-core";

const at = (name: string) => timestamp(name, { withTimezone: true });

const user = pgTable("user", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: boolean("emailVerified").notNull(),
  image: text("image"),
  createdAt: at("createdAt").notNull().defaultNow(),
  updatedAt: at("updatedAt").notNull().defaultNow(),
});

const session = pgTable("session", {
  id: text("id").primaryKey(),
  expiresAt: at("expiresAt").notNull(),
  token: text("token").notNull().unique(),
  createdAt: at("createdAt").notNull().defaultNow(),
  updatedAt: at("updatedAt").notNull(),
  ipAddress: text("ipAddress"),
  userAgent: text("userAgent"),
  userId: text("userId").notNull(),
});

const account = pgTable("account", {
  id: text("id").primaryKey(),
  accountId: text("accountId").notNull(),
  providerId: text("providerId").notNull(),
  userId: text("userId").notNull(),
  accessToken: text("accessToken"),
  refreshToken: text("refreshToken"),
  idToken: text("idToken"),
  accessTokenExpiresAt: at("accessTokenExpiresAt"),
  refreshTokenExpiresAt: at("refreshTokenExpiresAt"),
  scope: text("scope"),
  password: text("password"),
  createdAt: at("createdAt").notNull().defaultNow(),
  updatedAt: at("updatedAt").notNull(),
});

const verification = pgTable("verification", {
  id: text("id").primaryKey(),
  identifier: text("identifier").notNull(),
  value: text("value").notNull(),
  expiresAt: at("expiresAt").notNull(),
  createdAt: at("createdAt").notNull().defaultNow(),
  updatedAt: at("updatedAt").notNull().defaultNow(),
});

/** The tables that better-auth's own migration makes, as its drizzle adapter wants to be told of them. */
export const betterAuthTables = { user, session, account, verification };
