import type { Connected } from "./unit.js";

/** One that has ended throws when it is read. */
const mustBeOpen = (database: Connected): boolean => Boolean(database._);

export function isOpen(database: Connected): boolean {
  try {
    return mustBeOpen(database);
  } catch {
    return false;
  }
}

/**
 * By the driver's own nested transaction: postgres.js rolls everything back that has seen a failure outside of one. When the unit
 * ends meanwhile, the driver is never told how this went: it would release, or roll back to, a savepoint of whoever has the connection now.
 */
export const inSavepoint = <Value>(transaction: Connected, work: (nested: Connected) => Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    const unlessEnded = async (nested: Connected): Promise<Value> => {
      try {
        mustBeOpen(transaction);
        const value = await work(nested);
        mustBeOpen(transaction);
        return value;
      } catch (thrown) {
        if (isOpen(transaction)) throw thrown;
        reject(thrown);
        return new Promise<never>(() => undefined);
      }
    };
    transaction.transaction(unlessEnded).then(resolve, reject);
  });
