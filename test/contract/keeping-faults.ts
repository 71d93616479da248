import { expect } from "vitest";
import { okAsync, ResultAsync } from "denizen";
import type { ChangeSet, CommitRecord, Guess, LoggedEvent, SessionStart, Store, StoredEvent, Sweep, Sweepable } from "denizen/ports";
import { instead, writing } from "./fault.js";
import type { Fault, FaultsByTopic } from "./fault.js";

const sweeping =
  (spoil: (sweep: Sweep) => Sweep): Fault =>
  ({ retention }) => ({ retention: { sweep: (sweep) => retention.sweep(spoil(sweep)) } });

const sweepsFor = (what: Sweepable, other: Sweepable): Fault =>
  sweeping((sweep) => (sweep.what === what ? { ...sweep, what: other } : sweep));

/** Hides from the log what a sweep of traces would have removed if it went by the time alone. */
const hiding =
  (isHidden: (event: StoredEvent) => boolean): Fault =>
  ({ retention, log }) => {
    let before = "";
    const isThere = ({ event }: LoggedEvent): boolean => !(event.occurredAt < before && isHidden(event));
    return {
      retention: {
        sweep: (sweep) => {
          if (sweep.what === "traces") before = sweep.before;
          return retention.sweep(sweep);
        },
      },
      log: { read: (request) => log.read(request).map((events) => events.filter(isThere)) },
    };
  };

/** Does something after each commit that forgets somebody. */
const afterErasing =
  (what: (store: Store, changes: ChangeSet) => Promise<unknown>, more: (store: Store) => Partial<Store> = () => ({})): Fault =>
  (store) => ({
    ...more(store),
    commit: (changes, record) =>
      store.commit(changes, record).andThen((position) => {
        const answer = async () => {
          if (changes.erased.length > 0) await what(store, changes);
          return position;
        };
        return okAsync(undefined).map(answer);
      }),
  });

const erasing = (spoil: (changes: ChangeSet) => readonly string[]): Fault => writing((changes) => ({ ...changes, erased: spoil(changes) }));

/** Stores that keep what they should not, or lose what they should keep. */
export const keepingFaults: FaultsByTopic = {
  erasure: {
    "one that forgets nobody": erasing(() => []),
    "one that forgets one of several": erasing(({ erased }) => erased.slice(0, 1)),
    "one that erases another subject": (store) => {
      const subjects = new Set<string>();
      return erasing(({ events, erased }) => {
        for (const { subject } of events) if (subject !== null) subjects.add(subject);
        return erased.length === 0 ? [] : [...subjects];
      })(store);
    },
    "one that erases whose id begins alike": (store) => {
      const subjects = new Set<string>();
      return erasing(({ events, erased }) => {
        for (const { subject } of events) if (subject !== null) subjects.add(subject);
        return [...erased, ...[...subjects].filter((subject) => erased.some((id) => subject.startsWith(id)))];
      })(store);
    },
    "one that erases in all tenants": (store) => {
      const tenants = new Set<string>();
      return {
        commit: (changes, record) => {
          tenants.add(changes.tenant);
          if (changes.erased.length === 0) return store.commit(changes, record);
          return ResultAsync.combine([...tenants].map((tenant) => store.commit(...forgetting(changes, record, tenant)))).andThen(() =>
            store.commit(changes, record),
          );
        },
      };
    },
    "one that erases at the flush": (store) => ({
      begin: () =>
        store.begin().map((transaction) =>
          instead(transaction, {
            flush: (changes) =>
              transaction.flush(changes).map(async () => {
                const record = { commitId: "flush", tenant: changes.tenant, at: "2026-01-01T00:00:00.000Z" };
                expect((await store.commit(...forgetting(changes, record))).isOk()).toBe(true);
              }),
          }),
        ),
    }),
    "one that does not erase what the same commit tells": (store) => ({
      commit: (changes, record) =>
        store.commit(...forgetting(changes, record)).andThen(() => store.commit({ ...changes, erased: [] }, record)),
    }),
    "one that erases although the commit fails": (store) => ({
      commit: (changes, record) => store.commit(...forgetting(changes, record)).andThen(() => store.commit(changes, record)),
    }),
    "one that empties the whole event": (store) => {
      const erased = new Set<string>();
      const emptied = (one: LoggedEvent): LoggedEvent =>
        erased.has(String(one.event.subject)) ? { ...one, event: { ...one.event, payload: {} } } : one;
      return {
        ...erasing((changes) => {
          for (const id of changes.erased) erased.add(id);
          return changes.erased;
        })(store),
        log: { read: (request) => store.log.read(request).map((events) => events.map(emptied)) },
      };
    },
    "one that leaves what guards told": (store) => {
      const told = new Map<string, StoredEvent>();
      return {
        attempts: {
          count: (guess) => store.attempts.count(guess),
          settle: (settlement) => {
            for (const event of settlement.events) told.set(event.id, event);
            return store.attempts.settle(settlement);
          },
        },
        log: {
          read: (request) =>
            store.log.read(request).map((events) => events.map((one) => ({ ...one, event: told.get(one.event.id) ?? one.event }))),
        },
      };
    },
    "one that leaves sessions": (store) => {
      const starts: SessionStart[] = [];
      const start: Store["sessions"]["start"] = (one) => {
        starts.push(one);
        return store.sessions.start(one);
      };
      const again = async (_: Store, { tenant, erased }: ChangeSet): Promise<void> => {
        for (const one of starts) {
          if (one.tenant !== tenant || !erased.includes(one.session.account)) continue;
          expect((await store.sessions.start({ ...one, events: [] })).isOk()).toBe(true);
        }
      };
      return afterErasing(again, () => ({ sessions: { ...store.sessions, start } }))(store);
    },
    "one that leaves counters": (store) => {
      const guesses: Guess[] = [];
      const again = async (): Promise<void> => {
        for (const guess of guesses.splice(0)) expect((await store.attempts.count(guess)).isOk()).toBe(true);
      };
      const count: Store["attempts"]["count"] = (guess) => {
        guesses.push(guess);
        return store.attempts.count(guess);
      };
      return afterErasing(again, () => ({ attempts: { ...store.attempts, count } }))(store);
    },
    "one that leaves what deliveries failed by": ({ deliveries }) => ({
      deliveries: {
        ...deliveries,
        deadLetters: (request) =>
          deliveries
            .deadLetters(request)
            .map((all) => all.map((one) => ({ ...one, error: { ...one.error, message: "the mail server of ada@example.com says no" } }))),
      },
    }),
    "one that empties what all deliveries failed by": ({ deliveries }) => ({
      deliveries: {
        ...deliveries,
        deadLetters: (request) =>
          deliveries.deadLetters(request).map((all) => all.map((one) => ({ ...one, error: { ...one.error, message: "" } }))),
      },
    }),
    "one that forgets secrets as well": (store) => {
      const credentials: string[] = [];
      return writing((changes) => {
        for (const change of changes.vault) if ("put" in change) credentials.push(change.put);
        return changes.erased.length === 0 ? changes : { ...changes, vault: credentials.map((drop) => ({ drop })) };
      })(store);
    },
  },

  retention: {
    "one that removes nothing": () => ({ retention: { sweep: () => okAsync(0) } }),
    "one that says nothing": ({ retention }) => ({ retention: { sweep: (sweep) => retention.sweep(sweep).map(() => 0) } }),
    "one that removes a day too much": sweeping((sweep) => ({
      ...sweep,
      before: new Date(Date.parse(sweep.before) + 86_400_000).toISOString(),
    })),
    "one that removes what is just as old": sweeping((sweep) => ({
      ...sweep,
      before: new Date(Date.parse(sweep.before) + 1).toISOString(),
    })),
    "one that has no limit": sweeping((sweep) => ({ ...sweep, limit: 1_000_000 })),
    "one that keeps commits": sweepsFor("commits", "sessions"),
    "one that keeps sessions": sweepsFor("sessions", "commits"),
    "one that keeps counters": sweepsFor("attempts", "commits"),
    "one that keeps traces": sweepsFor("traces", "commits"),
    "one that removes traces that nobody has handled": hiding(({ publisher }) => publisher.version === null),
    "one that removes what aggregates are made of": hiding(() => true),
  },
};

let commits = 0;

/** A commit of its own, which forgets the same persons and does nothing else. */
function forgetting({ erased, tenant: own }: ChangeSet, record: CommitRecord, tenant = own): readonly [ChangeSet, CommitRecord] {
  return [
    { tenant, aggregates: [], events: [], vault: [], erased },
    { commitId: `${record.commitId} ${++commits}`, tenant, at: record.at },
  ];
}
