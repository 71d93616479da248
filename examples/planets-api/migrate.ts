import { migrate, postgres } from "denizen/drizzle";
import { createPlanetTable } from "./planet-table.js";
import { settingsFrom } from "./settings.js";

const { DATABASE_URL } = settingsFrom(process.env);
const store = await postgres(DATABASE_URL.reveal(), { connections: 1 });
const migrated = await migrate(store.database);
if (migrated.isErr()) throw new Error(migrated.error.message);
await createPlanetTable(store.database);
await store.close();
console.log("The tables are there.");
