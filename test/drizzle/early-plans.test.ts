import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { open } from "../support/drivers.js";
import { overheard, plansOf } from "./explained.js";
import { AT, must } from "./log-world.js";

/** A connection goes on with such a plan until the next statistics are made: then there may be many. */
test.each([40, 100, 400])("who plans to take events while there are %d of them means to read them by an index", async (events) => {
  const opened = await open("postgres.js");
  const { client, store, said } = overheard(opened);
  await must(store.deliveries.enlist([{ name: "one", from: "beginning" }], AT));
  await opened.database.execute(sql`insert into denizen_events
    (pos, id, tenant, type, type_version, occurred_at, kind, publisher, version, subject, payload, actor, commit_id, correlation_id)
    select n, 'event ' || n, 'default', 'planet-changed', 1, now(), 'planet', 'planet ' || n, 1, null, '{}', 'user:a', 'commit ' || n, 'c'
    from generate_series(1, ${sql.raw(String(events))}) n`);
  await opened.database.execute(sql`analyze`);
  said.length = 0;
  const asked = { subscriber: "one", worker: "worker", duration: 1, limit: 100, at: AT };
  for (const types of [null, ["planet-changed"]]) {
    for (const after of [{}, { after: "1.1" }]) await must(store.deliveries.take({ ...asked, types, ...after }));
  }
  // Whether the log is this cluster's is looked at once; it is asked again then.
  const takes = new Set(said.filter((query) => query.includes("for update skip locked")));
  expect(takes.size).toBe(4);
  for (const { lines } of await plansOf(client, takes)) {
    expect(
      lines.filter((line) => line.includes("Seq Scan on denizen_events")),
      lines.join("\n"),
    ).toEqual([]);
  }
  await client.end();
  await opened.close();
});
