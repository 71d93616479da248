import { migrate, postgres } from "denizen/drizzle";
import { createProfileTable } from "./profiles/table.js";
import { settingsFrom } from "./settings.js";

const store = await postgres(settingsFrom(process.env).DATABASE_URL.reveal(), { connections: 1 });
const migrated = await migrate(store.database);
if (migrated.isOk()) await createProfileTable(store.database);
await store.close();
if (migrated.isErr()) throw new Error(migrated.error.message);
console.log("The tables of accounts and profiles are there.");
