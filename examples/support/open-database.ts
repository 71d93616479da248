import { migrate, postgres } from "denizen/drizzle";
import { createDatabase, startPostgres } from "./postgres.js";

/** A store on a fresh database of an embedded PostgreSQL, or of the one that `DATABASE_URL` names. */
export async function openDatabase() {
  const server = await startPostgres();
  const created = await createDatabase(server.url);
  const store = await postgres(created.url);
  const migrated = await migrate(store.database);
  if (migrated.isErr()) throw new Error(migrated.error.message);
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await created[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
