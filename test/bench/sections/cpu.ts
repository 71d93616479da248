import { Application } from "denizen";
import { drizzle } from "denizen/drizzle";
import { memory } from "denizen/memory";
import { compareCpu, WARM } from "../harness/compare.js";
import { connect, migratedDatabase, populate, raw } from "../harness/database.js";
import { floor } from "../subjects/floor.js";
import { cpuPerCall, interleaved, isShort, median, microseconds, printTable, ratios, times } from "../harness/measure.js";
import { sameRows } from "../harness/same-rows.js";
import { callsOf, denizen, newPerson, noHashing, unwrap } from "../subjects/subject.js";
import type { Person, Subject } from "../subjects/subject.js";
import { COPY, copyJson } from "../harness/yardstick.js";

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
  const [rounds, batch] = isShort ? [6, 200] : [10, 300];
  const rows = [];
  for (const [operation, call] of Object.entries(calls)) {
    await interleaved(1, { ours: () => cpuPerCall(WARM, call), copy: () => cpuPerCall(WARM, copyJson) });
    const figures = await interleaved(rounds, { ours: () => cpuPerCall(batch, call), copy: () => cpuPerCall(batch, copyJson) });
    const ratio = median(ratios(figures.ours, figures.copy));
    rows.push([operation, microseconds(median(figures.ours)), times(ratio)]);
  }
  printTable(["CPU in memory, a hasher that does nothing", "denizen", `to ${COPY}`], rows);
}

await onPostgres();
await inMemory();
