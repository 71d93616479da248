import { migrate, postgres } from "denizen/drizzle";
import { settingsFrom } from "./settings.js";
import { createUserTable } from "./tables.js";

const { DATABASE_URL } = settingsFrom(process.env);
const store = await postgres(DATABASE_URL.reveal(), { connections: 1 });
const migrated = await migrate(store.database);
if (migrated.isErr()) throw new Error(migrated.error.message);
await createUserTable(store.database);
await store.close();
console.log("Database and User table created successfully.");
