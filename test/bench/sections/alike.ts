import { Application } from "denizen";
import { argon2 } from "denizen/argon2";
import { drizzle } from "denizen/drizzle";
import { connect, migratedDatabase } from "../harness/database.js";
import { interleaved, isShort, median, milliseconds, printTable, times } from "../harness/measure.js";
import { PASSWORD, unwrap } from "../subjects/subject.js";

/** How many calls of each cause; they take turns. */
const CALLS = isShort ? 40 : 200;
/** So few guesses at one user that nobody is locked. */
const GUESSES = 5;

await using database = await migratedDatabase({ durable: true });
await using connected = connect("postgres.js", database.url, 1);
const settings = { store: drizzle(connected.database), passwordHasher: argon2() };
await using open = new Application(settings);
await using quiet = new Application({ ...settings, accounts: { enumerationProtection: true, activation: "administrator" } });

const emailOf = (kind: string, index: number): string => `${kind}-${index}@example.com`;
for (let index = 0; index * GUESSES < CALLS; index++) {
  unwrap(await open.commands.signUp({ name: "Known", emails: [emailOf("known", index)], password: PASSWORD }));
  unwrap(await open.commands.signUp({ name: "Known", emails: [emailOf("without", index)] }));
}
await connected.database.execute("analyze");

/** Milliseconds of one call, whatever it answers. */
async function timed(call: () => Promise<{ isOk(): boolean }>, succeeds: boolean): Promise<number> {
  const began = performance.now();
  const answer = await call();
  const took = performance.now() - began;
  if (answer.isOk() !== succeeds) throw new Error("a call did not end as it has to");
  return took;
}

const guessAt = (kind: string) => (round: number) => {
  const email = emailOf(kind, Math.floor(round / GUESSES));
  return timed(async () => await open.commands.logIn({ email, password: "a wrong horse battery staple" }), false);
};
const signUpAs = (kind: string) => (round: number) => {
  const emails = [emailOf(kind, kind === "known" ? Math.floor(round / GUESSES) : round)];
  return timed(async () => await quiet.commands.signUp({ name: "Curious", emails, password: PASSWORD }), true);
};

/** How well the time tells two causes apart: 0.5 is not at all, 1 always (the area under the ROC curve). */
function areaUnderCurve(ones: readonly number[], others: readonly number[]): number {
  let above = 0;
  for (const one of ones) for (const other of others) above += one > other ? 1 : one === other ? 0.5 : 0;
  const area = above / (ones.length * others.length);
  return Math.max(area, 1 - area);
}

function report(title: string, causes: Readonly<Record<string, readonly number[]>>): void {
  const [first = []] = Object.values(causes);
  printTable(
    [`${title}, ${CALLS} calls of each in turn`, "median", "ratio", "AUC"],
    Object.entries(causes).map(([cause, all]) => [
      cause,
      milliseconds(median(all)),
      all === first ? "" : times(median(all) / median(first)),
      all === first ? "" : areaUnderCurve(all, first).toFixed(2),
    ]),
  );
}

// Everything has run once before it counts.
for (const warm of [guessAt("nobody-at-all"), signUpAs("warm")]) await warm(0);
report(
  "a log-in that fails",
  await interleaved(CALLS, {
    "a wrong password": guessAt("known"),
    "an unknown user": guessAt("nobody"),
    "no password": guessAt("without"),
  }),
);
report(
  "a sign-up with enumeration protection",
  await interleaved(CALLS, { "a free address": signUpAs("free"), "a taken one": signUpAs("known") }),
);
