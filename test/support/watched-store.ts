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
    held: (tenant, kind, identifiers) => {
      log.push("held");
      return store.held(tenant, kind, identifiers);
    },
    standing: (tenant, query) => {
      log.push("standing");
      return store.standing(tenant, query);
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
        held: (tenant, kind, identifiers) => {
          log.push("held inside");
          return transaction.held(tenant, kind, identifiers);
        },
        standing: (tenant, query) => {
          log.push("standing inside");
          return transaction.standing(tenant, query);
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
