import type { AggregateChange, ChangeSet, Store, StoreTransaction } from "denizen/ports";

/** What makes a memory store one with a fault in it. */
export type Fault = (store: Store) => Partial<Store>;

/** Stores with one fault, by the topic of the contract that has to notice. */
export type FaultsByTopic = Readonly<Record<string, Readonly<Record<string, Fault>>>>;

/** The same fault in commits and in transactions: what a change set is before it is written. */
export const writing =
  (spoil: (changes: ChangeSet) => ChangeSet): Fault =>
  (store) => ({
    commit: (changes, record) => store.commit(spoil(changes), record),
    begin: () => store.begin().map((transaction) => instead(transaction, { flush: (changes) => transaction.flush(spoil(changes)) })),
  });

export const instead = (transaction: StoreTransaction<never>, other: Partial<StoreTransaction<never>>): StoreTransaction<never> => ({
  tx: undefined as never,
  load: (...args) => transaction.load(...args),
  held: (...args) => transaction.held(...args),
  standing: (...args) => transaction.standing(...args),
  flush: (changes) => transaction.flush(changes),
  commit: (record) => transaction.commit(record),
  rollback: () => transaction.rollback(),
  ...other,
});

/** The same fault in whatever is committed of a kind; its states are objects. */
export const keeping = (kind: string, other: object): Fault =>
  writing((changes) => ({
    ...changes,
    aggregates: changes.aggregates.map((change): AggregateChange =>
      change.kind === kind ? { ...change, after: { ...(change.after as object), ...other } } : change,
    ),
  }));
