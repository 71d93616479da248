import { memory } from "denizen/memory";
import type { Store } from "denizen/ports";

/** A memory store that tells of every call to its own commit and to its transactions', for tests of who calls what. */
export function watchedStore(log: string[]): Store {
  const store = memory({ lockTimeout: 100 });
  return {
    ...store,
    commit: (changes, record) => {
      log.push("commit in one");
      return store.commit(changes, record);
    },
    load: (tenant, lookup, options) => {
      log.push("load");
      return store.load(tenant, lookup, options);
    },
    begin: () => {
      log.push("begin");
      return store.begin().map((transaction) => ({
        get tx(): never {
          return transaction.tx;
        },
        load: (tenant, lookup, options) => {
          log.push("load inside");
          return transaction.load(tenant, lookup, options);
        },
        flush: (changes) => {
          log.push("flush");
          return transaction.flush(changes);
        },
        commit: (record) => {
          log.push("commit");
          return transaction.commit(record);
        },
        rollback: () => {
          log.push("rollback");
          return transaction.rollback();
        },
      }));
    },
  };
}
