import { Secret } from "denizen";
import { argon2 } from "denizen/argon2";
import { drizzle } from "denizen/drizzle";
import { memory } from "denizen/memory";
import { denizenAccounts, signUpMany } from "../subjects/accounts-subject.js";
import type { AccountsSubject } from "../subjects/accounts-subject.js";
import { connect, migratedDatabase } from "../harness/database.js";
import { interleaved, isShort, median, milliseconds, printTable, ratios, times } from "../harness/measure.js";
import { atMost, judged, targetText } from "../harness/targets.js";
import { PASSWORD, unwrap } from "../subjects/subject.js";

const TARGET = atMost(1.15);
const [ROUNDS, BATCH] = isShort ? [3, 15] : [8, 30];

const passwordHasher = argon2();
const password = new Secret(PASSWORD);
const stored = unwrap(await passwordHasher.hash(password));

/** The p50 of as many calls, one after the other. */
const p50 = (call: () => Promise<unknown>) => async (): Promise<number> => {
  const figures: number[] = [];
  for (let index = 0; index < BATCH; index++) {
    const began = performance.now();
    await call();
    figures.push(performance.now() - began);
  }
  return median(figures);
};

async function logInOf(subject: AccountsSubject): Promise<() => Promise<unknown>> {
  const members = await signUpMany(subject, 8);
  let turn = 0;
  return async () => {
    const member = members[turn++ % members.length];
    await subject.logIn(member?.email ?? "", PASSWORD);
  };
}

await using durable = await migratedDatabase({ durable: true });
await using relaxed = await migratedDatabase({ durable: false });
await using onDurable = connect("postgres.js", durable.url, 1);
await using onRelaxed = connect("postgres.js", relaxed.url, 1);
const measured = {
  "a bare verify": p50(async () => unwrap(await passwordHasher.verify(password, stored))),
  "a log-in, memory": p50(await logInOf(denizenAccounts(memory(), { passwordHasher }))),
  "a log-in, PostgreSQL, synchronous_commit off": p50(await logInOf(denizenAccounts(drizzle(onRelaxed.database), { passwordHasher }))),
  "a log-in, PostgreSQL, durable": p50(await logInOf(denizenAccounts(drizzle(onDurable.database), { passwordHasher }))),
};
await interleaved(1, measured);
const figures = await interleaved(ROUNDS, measured);
const verify = figures["a bare verify"];
printTable(
  ["argon2id, 19 MiB, one caller", "p50", "to a bare verify", "target"],
  Object.entries(figures).map(([name, all]) => {
    const ratio = median(ratios(all, verify));
    const target = all === verify ? undefined : TARGET;
    return [
      name,
      milliseconds(median(all)),
      judged(`${name}, argon2id, p50, to a bare verify`, ratio, times(ratio), target),
      targetText(target),
    ];
  }),
);
