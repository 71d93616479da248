import { setTimeout as sleep } from "node:timers/promises";
import type { Batch } from "denizen/ports";
import { expect, test } from "vitest";
import { arena, report } from "../support/arena.js";

test("who puts events behind others and who takes those away wait for each other, and never both", async () => {
  await using place = await arena();
  const { deliveries } = place.store;
  const at = new Date().toISOString();
  const asked = (worker: string) => ({ subscriber: "notes", worker, duration: 60_000, at, limit: 100, types: null });
  const { id } = (await place.write.alone(undefined, 2))._unsafeUnwrap();
  const publisher = { tenant: "default", kind: "beacon", id };
  const parked = ({ partition, token, to, events }: Batch) => ({
    subscriber: "notes",
    worker: "one",
    at,
    batches: [{ partition, token, to, delivered: 0 }],
    waiting: events.map(({ position, event, behind }) => {
      const why = behind ? { attempts: 0, error: null } : { attempts: 1, error: { code: "down", message: "down" } };
      return { partition, position, publisher, eventId: event.id, delay: 0, ...why };
    }),
  });
  const take = async (): Promise<Batch> => {
    const [batch] = (await deliveries.take(asked("one")))._unsafeUnwrap().batches;
    if (batch === undefined) throw new Error("there is nothing to take");
    return batch;
  };
  (await deliveries.enlist([{ name: "notes", from: "beginning" }], at))._unsafeUnwrap();
  (await deliveries.settle(parked(await take())))._unsafeUnwrap();
  (await place.write.alone(id, 1))._unsafeUnwrap();
  const behind = await take();
  const [retaken] = (await deliveries.retake(asked("two")))._unsafeUnwrap();
  const first = retaken?.events[0]?.position ?? "";

  // Somebody holds the row that both want; so each has by then whatever it locks before.
  let release = (): void => undefined;
  const released = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
  const holding = place.sql.begin(async (tx) => {
    await tx`select from denizen_deliveries order by pos, seq limit 1 for update`;
    await released;
  });
  await sleep(200);
  const handled = { publisher, token: retaken?.token ?? "", first, done: first, delivered: 1, failed: null };
  const resettled = deliveries.resettle({ subscriber: "notes", worker: "two", at, ...handled }).then((done) => done.isOk());
  await sleep(200);
  const settled = deliveries.settle(parked(behind)).then((done) => done.isOk());
  await sleep(200);
  release();
  const answers = await Promise.all([resettled, settled]);
  await holding;
  // Statistics are written when a connection falls idle.
  await sleep(1200);
  const [counted] = await place.sql`select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()`;
  report("settling beside resettling", `${counted?.["deadlocks"]} deadlocks`);
  expect(answers).toEqual([true, true]);
  expect(counted?.["deadlocks"]).toBe(0);
}, 60_000);
