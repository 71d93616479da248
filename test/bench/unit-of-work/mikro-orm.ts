import { peer } from "../harness/peer.js";
import { HOLDINGS, makeTables, planetRows, renamedEvent, userRows } from "./rows.js";
import type { UserRow } from "./rows.js";
import type { Way } from "./writer.js";

/** As much of MikroORM as is used here: it is installed when the bench first needs it, later than this is compiled. */
interface Module {
  readonly MikroORM: { init(options: object): Promise<{ readonly em: EntityManager; close(): Promise<void> }> };
  readonly EntitySchema: new (metadata: object) => Schema;
}

declare const schema: unique symbol;
interface Schema {
  readonly [schema]: true;
}

interface EntityManager {
  fork(): EntityManager;
  create(entity: Schema, data: object): object;
  findOneOrFail(entity: Schema, where: object): Promise<{ -readonly [Field in keyof UserRow]: UserRow[Field] }>;
  flush(): Promise<void>;
}

/** By schemas and not by decorators. `version: true` is its optimistic lock, which every flush checks. */
function schemasOf({ EntitySchema }: Module) {
  const user = new EntitySchema({
    name: "User",
    tableName: "users",
    properties: {
      id: { type: "uuid", primary: true },
      name: { type: "text" },
      version: { type: "integer", version: true },
      createdAt: { type: "datetime" },
    },
  });
  const email = new EntitySchema({
    name: "UserEmail",
    tableName: "user_emails",
    properties: {
      address: { type: "text", primary: true },
      user: { kind: "m:1", entity: () => "User" },
      isPrimary: { type: "boolean" },
    },
  });
  const planet = new EntitySchema({
    name: "Planet",
    tableName: "planets",
    properties: {
      id: { type: "uuid", primary: true },
      name: { type: "text" },
      mass: { type: "double" },
      version: { type: "integer", version: true },
    },
  });
  const event = new EntitySchema({
    name: "Event",
    tableName: "events",
    properties: {
      id: { type: "uuid", primary: true },
      type: { type: "text" },
      occurredAt: { type: "datetime" },
      kind: { type: "text" },
      publisher: { type: "uuid" },
      version: { type: "integer" },
      payload: { type: "json" },
    },
  });
  return { user, email, planet, event };
}

/** Its unit of work: a fork for each, and one flush, which opens the transaction. */
export const mikroOrm: Way = {
  prepare: makeTables,
  open: async (url, { connections }) => {
    const module = await peer<Module>("@mikro-orm/postgresql");
    const { user, email, planet, event } = schemasOf(module);
    const orm = await module.MikroORM.init({
      clientUrl: url,
      entities: [user, email, planet, event],
      pool: { min: connections, max: connections },
    });
    return {
      create: async (newcomer) => {
        const rows = userRows(newcomer);
        const em = orm.em.fork();
        em.create(email, { ...rows.email, user: em.create(user, rows.user) });
        for (const happened of rows.events) em.create(event, happened);
        await em.flush();
        return rows.user.id;
      },
      rename: async (id, name) => {
        const em = orm.em.fork();
        const found = await em.findOneOrFail(user, { id });
        found.name = name;
        em.create(event, renamedEvent(found, name));
        await em.flush();
      },
      discover: async (newcomer, discovered) => {
        const [rows, more] = [userRows(newcomer), planetRows(discovered)];
        const em = orm.em.fork();
        em.create(email, { ...rows.email, user: em.create(user, rows.user) });
        em.create(planet, more.planet);
        for (const happened of [...rows.events, ...more.events]) em.create(event, happened);
        await em.flush();
      },
      close: () => orm.close(),
    };
  },
  holdings: HOLDINGS,
};
