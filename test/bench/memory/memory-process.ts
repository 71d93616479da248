import { memory } from "denizen/memory";
import { denizenAccounts, newcomer } from "../subjects/accounts-subject.js";
import type { Calls } from "../harness/compare.js";
import { liveHeap } from "../harness/heap.js";
import { cpuPerCall } from "../harness/measure.js";
import { pagesOf } from "../scale/lists.js";
import { FEW, makeExceptions } from "../scale/world.js";
import { denizen, newPerson, PASSWORD, unwrap } from "../subjects/subject.js";
import { emailOf, storyTold, toldOf } from "./told.js";

/** What its parent asks for: microseconds of CPU of so many calls. */
export interface Ask {
  readonly operation: string;
  readonly calls: number;
}

export type Answer =
  { readonly kind: "ready"; readonly seconds: number; readonly bytes: number } | { readonly kind: "measured"; readonly cpu: number };

const size = Number(process.argv[2]);
const store = memory();
const { signedUp } = await storyTold();
const [before, began] = [await liveHeap(), performance.now()];
for (let number = 0; number < size; number++) {
  const { changes, record } = toldOf(signedUp, number);
  unwrap(await store.commit(changes, record));
}
const seconds = (performance.now() - began) / 1000;
const bytes = ((await liveHeap()) - before) / size;

const idOf = (number: number): string => toldOf({ id: signedUp.changes.aggregates[0]?.id ?? "" }, number).id;
const few = Array.from({ length: 3 * FEW }, (_, index) => Math.floor((size * (index + 1)) / (3 * FEW + 1)));
const members = few.map((number) => ({ id: idOf(number), email: emailOf(number), accessToken: "" }));
const accessToken = await makeExceptions(store, members);
const middle = { id: idOf(size / 2), email: emailOf(size / 2), accessToken: "" };

const [accounts, users] = [denizenAccounts(store), denizen(store)];
const tokens: string[] = [];
let turn = 0;
/** From everywhere, and none of the few. The step is a prime that divides no size. */
const next = (): string => {
  let number = (turn++ * 7919) % size;
  while (few.includes(number)) number = (turn++ * 7919) % size;
  return emailOf(number);
};
const calls: Calls = {
  "sign-up": () => accounts.signUp(newcomer()),
  "log-in": async () => tokens.push((await accounts.logIn(next(), PASSWORD)).accessToken),
  "session check": () => accounts.check(tokens[turn++ % tokens.length] ?? ""),
  create: () => users.create(newPerson()),
  "read by e-mail": () => users.read(next()),
  ...(await pagesOf(store, { size, middle, accessToken })),
};

const answer = (message: Answer): void => void process.send?.(message);
process.on("message", ({ operation, calls: count }: Ask) => {
  const call = calls[operation];
  if (call === undefined) throw new Error(`there is no ${operation}`);
  void cpuPerCall(count, call).then((cpu) => answer({ kind: "measured", cpu }));
});
process.on("disconnect", () => process.kill(process.pid));
answer({ kind: "ready", seconds, bytes });
