import { Application } from "denizen";
import { drizzle } from "denizen/drizzle";
import { memory } from "denizen/memory";
import { compareCpu, WARM } from "./compare.js";
import { connect, migratedDatabase, populate, raw } from "./database.js";
import { floor } from "./floor.js";
import { cpuPerCall, interleaved, isShort, median, microseconds, printTable, ratios, times } from "./measure.js";
import { sameRows } from "./same-rows.js";
import { callsOf, denizen, newPerson, noHashing, unwrap } from "./subject.js";
import type { Person, Subject } from "./subject.js";
import { COPY, copyJson } from "./yardstick.js";

async function onPostgres(): Promise<void> {
  await using fresh = await migratedDatabase({ durable: false });
  await using connected = connect("postgres.js", fresh.url, 1);
  const client = raw(fresh.url, 1);
  const [ours, byHand] = [denizen(drizzle(connected.database)), floor(client)];
  const person = newPerson();
  await sameRows(client, storyOf(ours, person), storyOf(byHand, person));

  const people = await populate(client, byHand, 800);
  await compareCpu("CPU of this process on postgres.js", { denizen: callsOf(ours, people), floor: callsOf(byHand, people) });
  await client.end();
}

const storyOf = (subject: Subject, person: Person) => async () => {
  const id = await subject.create(person);
  await subject.rename(id, `${person.name} again`);
  await subject.verify(person.emails[0], person.password);
};

const TARGETS: Readonly<Record<string, string>> = { "create, one e-mail and a password": "≤ 45 µs", verify: "≤ 30 µs" };

async function inMemory(): Promise<void> {
  const application = new Application({ store: memory(), passwordHasher: noHashing });
  const subject = denizen(memory());
  const people = await Promise.all(
    Array.from({ length: 800 }, newPerson).map(async (person) => ({ person, id: await subject.create(person) })),
  );
  const calls = {
    "create, one e-mail and a password": async () => {
      const { name, emails, password } = newPerson();
      await using users = application.users();
      const user = unwrap(await users.create({ name, emails, password }));
      unwrap(await users.save(user));
    },
    ...callsOf(subject, people),
  };
  const [rounds, batch] = isShort ? [10, 300] : [30, 500];
  const rows = [];
  for (const [operation, call] of Object.entries(calls)) {
    await interleaved(1, { ours: () => cpuPerCall(WARM, call), copy: () => cpuPerCall(WARM, copyJson) });
    const figures = await interleaved(rounds, { ours: () => cpuPerCall(batch, call), copy: () => cpuPerCall(batch, copyJson) });
    const ratio = median(ratios(figures.ours, figures.copy));
    rows.push([operation, microseconds(median(figures.ours)), TARGETS[operation] ?? "", times(ratio)]);
  }
  printTable(["CPU in memory, a hasher that does nothing", "denizen", "target", `to ${COPY}`], rows);
}

/** Live heap for each of many, after everything that can be collected has been. */
async function heapOf(count: number, fill: (count: number) => Promise<unknown>): Promise<number> {
  const heap = (): number => {
    for (let time = 0; time < 3; time++) global.gc?.();
    return process.memoryUsage().heapUsed;
  };
  // What is compiled and cached by the way is nobody's user.
  await fill(count / 4);
  const before = heap();
  const kept = await fill(count);
  const bytes = (heap() - before) / count;
  // Kept until here.
  return kept === undefined ? NaN : bytes;
}

async function heap(): Promise<void> {
  const count = isShort ? 5_000 : 20_000;
  const flat = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
  const person = (): Pick<Person, "name" | "emails"> => flat({ name: newPerson().name, emails: newPerson().emails });

  const plain = await heapOf(count, async (users) => {
    const [byId, byEmail] = [new Map<string, object>(), new Map<string, string>()];
    for (let index = 0; index < users; index++) {
      const { name, emails } = person();
      const id = crypto.randomUUID();
      byId.set(id, { id, version: 1, name, email: emails[0], createdAt: flat(new Date().toISOString()) });
      byEmail.set(emails[0], id);
    }
    return { byId, byEmail };
  });
  const ours = await heapOf(count, async (users) => {
    const application = new Application({ store: memory() });
    for (let index = 0; index < users; index++) {
      await using unit = application.users();
      const user = unwrap(await unit.create(person()));
      unwrap(await unit.save(user));
    }
    return application;
  });
  printTable(
    ["heap of a user with one e-mail", "bytes", "ratio"],
    [
      ["plain object in a Map, and a Map of the e-mails", Math.round(plain), times(1)],
      ["memory store: state, identifiers, 2 events, 1 commit", Math.round(ours), times(ours / plain)],
    ],
  );
}

await onPostgres();
await inMemory();
await heap();
