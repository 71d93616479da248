import { peer } from "../harness/peer.js";
import { HOLDINGS, makeTables, planetRows, renamedEvent, userRows } from "./rows.js";
import type { UserRow } from "./rows.js";
import type { Way } from "./writer.js";

/** As much of TypeORM as is used here: it is installed when the bench first needs it, later than this is compiled. */
interface Module {
  readonly DataSource: new (options: object) => DataSource;
  readonly EntitySchema: new (options: object) => Schema;
}

declare const schema: unique symbol;
interface Schema {
  readonly [schema]: true;
}

interface DataSource {
  readonly manager: EntityManager;
  initialize(): Promise<unknown>;
  transaction(run: (manager: EntityManager) => Promise<void>): Promise<void>;
  destroy(): Promise<void>;
}

interface EntityManager {
  findOneByOrFail(entity: Schema, where: object): Promise<{ -readonly [Field in keyof UserRow]: UserRow[Field] }>;
  insert(entity: Schema, rows: object | readonly object[]): Promise<unknown>;
  save(entity: Schema, row: object): Promise<unknown>;
}

/** By schemas and not by decorators. `version: true` counts what is saved; a save does not compare it with what was read. */
function schemasOf({ EntitySchema }: Module) {
  const user = new EntitySchema({
    name: "User",
    tableName: "users",
    columns: {
      id: { type: "uuid", primary: true },
      name: { type: "text" },
      version: { type: "integer", version: true },
      createdAt: { type: "timestamptz", name: "created_at" },
    },
  });
  const email = new EntitySchema({
    name: "UserEmail",
    tableName: "user_emails",
    columns: { address: { type: "text", primary: true }, isPrimary: { type: "boolean", name: "is_primary" } },
    relations: { user: { type: "many-to-one", target: "User", joinColumn: { name: "user_id" } } },
  });
  const planet = new EntitySchema({
    name: "Planet",
    tableName: "planets",
    columns: {
      id: { type: "uuid", primary: true },
      name: { type: "text" },
      mass: { type: "double precision" },
      version: { type: "integer", version: true },
    },
  });
  const event = new EntitySchema({
    name: "Event",
    tableName: "events",
    columns: {
      id: { type: "uuid", primary: true },
      type: { type: "text" },
      occurredAt: { type: "timestamptz", name: "occurred_at" },
      kind: { type: "text" },
      publisher: { type: "uuid" },
      version: { type: "integer" },
      payload: { type: "jsonb" },
    },
  });
  return { user, email, planet, event };
}

/**
 * A transaction with its entity manager. What is new is inserted, which its documentation calls efficient: `save` would first look
 * whether rows with these ids are there.
 */
export const typeOrm: Way = {
  prepare: makeTables,
  open: async (url, { connections }) => {
    const module = await peer<Module>("typeorm");
    const { user, email, planet, event } = schemasOf(module);
    const source = new module.DataSource({ type: "postgres", url, poolSize: connections, entities: [user, email, planet, event] });
    await source.initialize();
    return {
      create: async (newcomer) => {
        const rows = userRows(newcomer);
        await source.transaction(async (manager) => {
          await manager.insert(user, rows.user);
          await manager.insert(email, { ...rows.email, user: { id: rows.user.id } });
          await manager.insert(event, rows.events);
        });
        return rows.user.id;
      },
      rename: async (id, name) => {
        const found = await source.manager.findOneByOrFail(user, { id });
        const happened = renamedEvent(found, name);
        found.name = name;
        await source.transaction(async (manager) => {
          await manager.save(user, found);
          await manager.insert(event, happened);
        });
      },
      discover: async (newcomer, discovered) => {
        const [rows, more] = [userRows(newcomer), planetRows(discovered)];
        await source.transaction(async (manager) => {
          await manager.insert(user, rows.user);
          await manager.insert(email, { ...rows.email, user: { id: rows.user.id } });
          await manager.insert(planet, more.planet);
          await manager.insert(event, [...rows.events, ...more.events]);
        });
      },
      close: () => source.destroy(),
    };
  },
  holdings: HOLDINGS,
};
