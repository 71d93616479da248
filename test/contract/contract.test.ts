import { describe, expect, test } from "vitest";
import { okAsync, ResultAsync } from "denizen";
import type { Secret } from "denizen";
import { memory } from "denizen/memory";
import type { ChangeSet, CommitRecord, FlushError, Position, Store } from "denizen/ports";
import { storeContract } from "denizen/testing";
import { instead, writing } from "./fault.js";
import type { Fault } from "./fault.js";
import { guessFaults } from "./guess-faults.js";
import { keepingFaults } from "./keeping-faults.js";
import { logFaults } from "./log-faults.js";
import { queryFaults } from "./query-faults.js";
import { sessionFaults } from "./session-faults.js";
import { settlingFaults } from "./settling-faults.js";
import { subscriberFaults } from "./subscriber-faults.js";
import { takingFaults } from "./taking-faults.js";

const inOneTenant = (changes: ChangeSet): ChangeSet => ({ ...changes, tenant: "everybody" });
const settling = new Map<string, Position>();

const faults: Readonly<Record<string, Fault>> = {
  "one that forgets versions": (store) => {
    const current = async (changes: ChangeSet): Promise<ChangeSet> => ({
      ...changes,
      aggregates: await Promise.all(
        changes.aggregates.map(async (change) => {
          const [stored] = (await store.load(changes.tenant, { kind: change.kind, id: change.id }, { limit: 1 })).unwrapOr([]);
          return { ...change, expectedVersion: stored?.version ?? 0 };
        }),
      ),
    });
    return { commit: (changes, record) => new ResultAsync(current(changes).then((anything) => store.commit(anything, record))) };
  },
  "one that ignores uniqueness": writing((changes) => ({
    ...changes,
    aggregates: changes.aggregates.map((change) => ({
      ...change,
      claimed: change.claimed.map((identifier) => ({ ...identifier, shared: true })),
    })),
  })),
  "one that never releases": writing((changes) => ({
    ...changes,
    aggregates: changes.aggregates.map((change) => ({ ...change, released: [] })),
  })),
  "one that appends no events": writing((changes) => ({ ...changes, events: [] })),
  "one that mixes personal fields with the others": writing((changes) => ({
    ...changes,
    events: changes.events.map((event) => ({ ...event, payload: { payload: event.payload, personal: event.personal }, personal: null })),
  })),
  "one that forgets secrets": writing((changes) => ({ ...changes, vault: [] })),
  "one that leaks tenants": (store) => ({
    commit: (changes, record) => store.commit(inOneTenant(changes), { ...record, tenant: "everybody" }),
    load: (_, lookup, options) => store.load("everybody", lookup, options),
    history: (_, publisher, after) => store.history("everybody", publisher, after),
  }),
  "one that does not roll back": (store) => ({
    begin: () =>
      store.begin().map((transaction) => {
        const rollback = async (): Promise<void> => {
          const record: CommitRecord = { commitId: `never ${Math.random()}`, tenant: "any", at: "2026-01-01T00:00:00.000Z" };
          expect((await transaction.commit(record)).isOk()).toBeDefined();
        };
        return instead(transaction, { rollback });
      }),
  }),
  "one that writes at the flush": (store) => ({
    begin: () =>
      store.begin().map((transaction) => {
        const flush = (changes: ChangeSet): ResultAsync<void, FlushError> =>
          store
            .commit(changes, { commitId: `flush ${Math.random()}`, tenant: changes.tenant, at: "2026-01-01T00:00:00.000Z" })
            .map(() => undefined)
            .mapErr((error) => error as FlushError);
        return instead(transaction, { flush });
      }),
  }),
  "one that locks nothing": (store) => ({
    begin: () =>
      store
        .begin()
        .map((transaction) =>
          instead(transaction, { load: (tenant, lookup, options) => transaction.load(tenant, lookup, { ...options, lock: false }) }),
        ),
  }),
  "one that resets counters at every failure": ({ attempts }) => ({
    attempts: { count: (guess) => attempts.count(guess), settle: (settlement) => attempts.settle({ ...settlement, succeeded: true }) },
  }),
  "one that never resets counters": ({ attempts }) => ({
    attempts: { count: (guess) => attempts.count(guess), settle: (settlement) => attempts.settle({ ...settlement, succeeded: false }) },
  }),
  "one that does not count strangers": ({ attempts }) => ({
    attempts: {
      count: (guess) => attempts.count(guess).map((counted) => (counted.aggregate === undefined ? { ...counted, count: 1 } : counted)),
      settle: attempts.settle.bind(attempts),
    },
  }),
  "one that has one counter for all methods": ({ attempts }) => ({
    attempts: {
      count: (guess) => attempts.count({ ...guess, method: "any" }),
      settle: (settlement) => attempts.settle({ ...settlement, method: "any" }),
    },
  }),
  "one that replaces secrets without looking": ({ vault }) => ({
    vault: {
      read: vault.read,
      replace: (tenant, { credentialId }, secret: Secret) =>
        vault
          .read(tenant, credentialId)
          .andThen((material) => (material === undefined ? okAsync(false) : vault.replace(tenant, material, secret).map(() => true))),
    },
  }),
  "one that forgets commands": (store) => ({
    commit: (changes, { command: _, ...record }) => store.commit(changes, record),
  }),
  "one that does not tell actors apart": (store) => ({
    commit: (changes, record) =>
      store.commit(changes, record.command === undefined ? record : { ...record, command: { ...record.command, actor: "anybody" } }),
    findCommand: (tenant, _, id) => store.findCommand(tenant, "anybody", id),
  }),
  "one that fences nothing off": (store) => ({
    commit: (changes, record) => store.commit(changes, record).map((position) => (settling.set(record.commitId, position), position)),
    settle: (commitId) => {
      const position = settling.get(commitId);
      return okAsync(position === undefined ? { status: "rolled-back" } : { status: "committed", position });
    },
  }),
  "one that takes every commit for rolled back": () => ({ settle: () => okAsync({ status: "rolled-back" }) }),
  "one that hands out what it holds": (store) => {
    const held = new Map<string, { id: string; version: number; state: never }[]>();
    return {
      load: (tenant, lookup, options) => {
        const key = JSON.stringify([tenant, lookup]);
        const known = held.get(key);
        if (known !== undefined) return okAsync(known);
        return store.load(tenant, lookup, options).map((found) => (held.set(key, found as never), found));
      },
    };
  },
  "one that loses numbers": writing((changes) => ({
    ...changes,
    aggregates: changes.aggregates.map((change) => ({
      ...change,
      after: JSON.parse(
        JSON.stringify(change.after, (_, value: unknown) => (typeof value === "number" ? Math.fround(value) : value)),
      ) as never,
    })),
  })),
  "one that tells a conflict by the wrong name": (store) => ({
    commit: (changes, record) =>
      store
        .commit(changes, record)
        .mapErr((error) => (error.code === "concurrency-conflict" ? { code: "store-failed", message: "", detail: "" } : error)),
  }),
  "one that forgets half of a large commit": writing((changes) => ({ ...changes, aggregates: changes.aggregates.slice(0, 1) })),
};

/** As many cases as are run at once. */
const BATCH = 20;

/** Whether there are cases that a store with a fault keeps, and some that it breaks: no more of them are run than it takes to see. */
async function seenIn(
  fault: Fault,
  expected: readonly boolean[],
  isMeant: (name: string) => boolean = () => true,
): Promise<readonly boolean[]> {
  const broken = async (): Promise<Store> => {
    const store = memory({ lockTimeout: 200 });
    return { ...store, ...fault(store) };
  };
  const kept = ({ run }: { run(): Promise<void> }) =>
    run().then(
      () => true,
      () => false,
    );
  const cases = storeContract(broken).filter(({ name }) => isMeant(name));
  const seen = new Set<boolean>();
  for (let from = 0; from < cases.length && !expected.every((outcome) => seen.has(outcome)); from += BATCH) {
    for (const outcome of await Promise.all(cases.slice(from, from + BATCH).map(kept))) seen.add(outcome);
  }
  return [...seen];
}

describe("the contract can fail: a store with a fault breaks at least one of its cases", () => {
  test.concurrent.each(Object.entries(faults))("%s", async (_, fault) => {
    expect((await seenIn(fault, [true, false])).toSorted()).toEqual([false, true]);
  });

  const durable = { ...logFaults, ...takingFaults, ...settlingFaults, ...subscriberFaults, ...keepingFaults };
  const byTopic = { ...guessFaults, ...sessionFaults, ...queryFaults, ...durable };
  describe.each(Object.entries(byTopic))("and of those that say %s", (topic, ofTopic) => {
    test.concurrent.each(Object.entries(ofTopic))("%s", async (_, fault) => {
      expect(await seenIn(fault, [false], (name) => name.startsWith(`${topic}: `))).toContain(false);
    });
  });

  test("and one without a fault, wrapped like the others, breaks none", async () => {
    const wrapped = async (): Promise<Store> => {
      const store = memory({ lockTimeout: 2000 });
      return { ...store, ...writing((changes) => changes)(store) };
    };
    for (const { run } of storeContract(wrapped)) await run();
  });

  test("and every case says what it expects, once", () => {
    const names = storeContract(async () => memory()).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(300);
  });
});
