import { Application } from "denizen";
import { memory } from "denizen/memory";
import type { Store } from "denizen/ports";
import { heapCounterProblem, heapOf, liveHeap } from "../harness/heap.js";
import { isShort, printTable } from "../harness/measure.js";
import { atMost, judged, targetText } from "../harness/targets.js";
import { emailOf, storyTold, toldOf } from "./told.js";
import type { Story, Told } from "./told.js";
import { unwrap } from "../subjects/subject.js";

const COUNT = isShort ? 5_000 : 10_000;
const TARGET = atMost(500, " B");

const [STATE, IDENTIFIERS, PASSWORD, SESSION, EVENTS, TRACES, COMMIT] = [
  "state: the snapshots of user and account",
  "what they are found by: e-mail and name",
  "the password in the vault",
  "the session",
  "the log: events of user and account, for ever",
  "the log: traces of the session, until they are swept",
  "the record of the commit, for 30 days",
] as const;
type Part = typeof STATE | typeof IDENTIFIERS | typeof PASSWORD | typeof SESSION | typeof EVENTS | typeof TRACES | typeof COMMIT;

/** Tells a store of one person, but only so much. */
async function tell(
  store: Store,
  { changes, record }: Told,
  session: Story["session"] | undefined,
  parts: ReadonlySet<Part>,
): Promise<void> {
  const aggregates = parts.has(IDENTIFIERS) ? changes.aggregates : changes.aggregates.map((change) => ({ ...change, claimed: [] }));
  const vault = parts.has(PASSWORD) ? changes.vault : [];
  const events = parts.has(EVENTS) ? changes.events : [];
  unwrap(await store.commit({ ...changes, aggregates, vault, events }, record));
  if (session === undefined || !parts.has(SESSION)) return;
  unwrap(await store.sessions.start({ ...session, events: parts.has(TRACES) ? session.events : [] }));
}

/** Bytes of each part: what is there with it, less what is there without. */
async function partsOf(told: Told, session: Story["session"] | undefined, parts: readonly Part[]): Promise<ReadonlyMap<Part, number>> {
  const bytes = new Map<Part, number>();
  let sum = 0;
  for (let count = 0; count <= parts.length; count++) {
    const some = new Set(parts.slice(0, count));
    const all = await heapOf(COUNT, async (people) => {
      const store = memory();
      for (let number = 0; number < people; number++) {
        await tell(store, toldOf(told, number), session && toldOf(session, number), some);
      }
      return store;
    });
    const last = parts[count - 1];
    bytes.set(last ?? STATE, all - sum);
    sum = all;
  }
  // Without a record there is no commit: the state was measured with it.
  const commit = await commitBytes(told);
  bytes.set(STATE, (bytes.get(STATE) ?? NaN) - commit);
  return bytes.set(COMMIT, commit);
}

async function commitBytes(told: Told): Promise<number> {
  const store = memory();
  for (let number = 0; number < COUNT; number++) await tell(store, toldOf(told, number), undefined, new Set());
  const before = await liveHeap();
  unwrap(await store.retention.sweep({ what: "commits", before: "9999-01-01T00:00:00.000Z", limit: COUNT }));
  return (before - (await liveHeap())) / COUNT;
}

/** What a host would keep without a store. */
const plainHeap = (): Promise<number> =>
  heapOf(COUNT, async (people) => {
    const [byId, byEmail] = [new Map<string, object>(), new Map<string, string>()];
    const { created } = await storyTold();
    for (let number = 0; number < people; number++) {
      const { aggregates } = toldOf({ aggregates: created.changes.aggregates }, number);
      const [user] = aggregates;
      if (user === undefined) continue;
      byId.set(user.id, { id: user.id, version: user.version, state: user.after });
      byEmail.set(user.claimed[0]?.key ?? "", user.id);
    }
    return { byId, byEmail };
  });

/** The same through the front door. */
const applicationHeap = (): Promise<number> =>
  heapOf(COUNT / 5, async (people) => {
    const application = new Application({ store: memory() });
    for (let number = 0; number < people; number++) {
      await using users = application.users();
      const user = unwrap(await users.create({ name: `Filled ${number}`, emails: [emailOf(number)] }));
      unwrap(await users.save(user));
    }
    return application;
  });

/** Prints what one of many takes in the memory store, part by part. */
export async function printHeap(): Promise<void> {
  const problem = await heapCounterProblem();
  if (problem !== undefined) {
    console.log(`**The counter of the heap ${problem}.**\n`);
    process.exitCode = 1;
  }
  const story = await storyTold();
  const created = await partsOf(story.created, undefined, [IDENTIFIERS, EVENTS]);
  const signedUp = await partsOf(story.signedUp, story.session, [IDENTIFIERS, PASSWORD, EVENTS, SESSION, TRACES]);
  const [plain, application] = [await plainHeap(), await applicationHeap()];
  const of = (parts: ReadonlyMap<Part, number>, ...which: readonly Part[]): number =>
    which.reduce((sum, part) => sum + (parts.get(part) ?? 0), 0);
  const cell = (bytes: number): string | number => (bytes === 0 ? "" : Math.round(bytes));
  const line = (title: string, ...which: readonly Part[]) => [title, cell(of(created, ...which)), cell(of(signedUp, ...which)), ""];
  const [state, found] = [of(created, STATE), [STATE, IDENTIFIERS] as const];
  if (state > TARGET.bound) process.exitCode = 1;
  printTable(
    [`heap, bytes of one of ${COUNT}`, "created with one e-mail", "signed up with a password", "target"],
    [
      ["a plain object of the same in a Map, and a Map of the e-mails", Math.round(plain), "", ""],
      [
        STATE,
        judged("heap of a created user in memory, state", state, String(Math.round(state)), TARGET),
        cell(of(signedUp, STATE)),
        targetText(TARGET),
      ],
      line(IDENTIFIERS, IDENTIFIERS),
      line("both: what the plain one holds, and the name", ...found),
      ...[PASSWORD, SESSION, EVENTS, TRACES, COMMIT].map((part) => line(part, part)),
      line("all of it", ...found, PASSWORD, SESSION, EVENTS, TRACES, COMMIT),
      ["all of it, created by the application", Math.round(application), "", ""],
    ],
  );
}
