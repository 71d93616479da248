import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type postgresJs from "postgres";
import type { Committed, Delivery, DomainEvent, Result } from "denizen";
import type { FaultsTypes } from "./application.js";
import type { SubscriberPlan } from "./plans.js";

type Flashed = DomainEvent<string, { readonly text: string }>;

/** What a subscriber does with an event, as its plan says. */
export function handlerOf(plan: SubscriberPlan, worker: string, notes: postgresJs.Sql) {
  const { name, effect, takes: [least, most] = [0, 0], hangs } = plan;

  /** Fails where a switch says so; an event whose text is `flaky` fails twice, whatever they say. */
  const heed = async ({ payload: { text } }: Flashed, { attempt }: Delivery<FaultsTypes>): Promise<void> => {
    if (text === "flaky" && attempt < 3) throw new Error("flaky");
    if (plan.heedsSwitches !== true) return;
    const on = await notes`select name from faults_switches where name in ('down', ${text})`;
    if (on.length > 0) throw new Error(`${on[0]?.["name"]} is on`);
  };

  const take = ({ payload: { text } }: Flashed): Promise<void> =>
    text === "hang" || most === 0 ? Promise.resolve() : pause(least + Math.random() * (most - least));

  /** Whether this is the first call for an event that shall hang; then it has hung by now. */
  const hang = async ({ id, payload: { text } }: Flashed): Promise<boolean> => {
    if (text !== "hang" || hangs === undefined) return false;
    const hung = await notes`insert into faults_hung (event, worker) values (${id}, ${worker}) on conflict do nothing returning event`;
    if (hung.length > 0) await pause(hangs, undefined, { ref: false });
    return hung.length > 0;
  };

  /** One row a call. Undefined `ended` for one that has only begun. */
  const note = async ({ id, publisher }: Flashed, { attempt }: Delivery<FaultsTypes>, ended: "ended" | "begun"): Promise<string> => {
    const [row] = await notes`
      insert into faults_calls (subscriber, event, publisher, version, worker, attempt, ended)
      values (${name}, ${id}, ${publisher.id}, ${publisher.version}, ${worker}, ${attempt},
        case when ${ended === "ended"} then clock_timestamp() end)
      returning n`;
    return String(row?.["n"]);
  };

  const effects = {
    call: async (event: Flashed, delivery: Delivery<FaultsTypes>): Promise<unknown> => {
      await take(event);
      await hang(event);
      return note(event, delivery, "ended");
    },
    span: async (event: Flashed, delivery: Delivery<FaultsTypes>): Promise<unknown> => {
      const n = await note(event, delivery, "begun");
      await take(event);
      await hang(event);
      return notes`update faults_calls set ended = clock_timestamp() where n = ${n}`;
    },
    unit: async (event: Flashed, delivery: Delivery<FaultsTypes>): Promise<unknown> => {
      await using unit = delivery.unitOfWork();
      const begun = await unit.transaction();
      if (begun.isErr()) return begun;
      await begun.value.execute(sql`
        insert into faults_effects (subscriber, event, publisher, version, worker)
        values (${name}, ${event.id}, ${event.publisher.id}, ${event.publisher.version}, ${worker})`);
      await take(event);
      const late = await hang(event);
      const committed = await unit.commit();
      if (late) await notes`update faults_hung set answer = ${answerOf(committed)} where event = ${event.id}`;
      return committed;
    },
  };
  return async (event: Flashed, delivery: Delivery<FaultsTypes>): Promise<unknown> => {
    await heed(event, delivery);
    return effects[effect](event, delivery);
  };
}

const answerOf = (committed: Result<Committed, { readonly code: string }>): string =>
  committed.isErr() ? committed.error.code : committed.value.repeated === undefined ? "committed" : "repeated";
