const turns = new WeakMap<object, Promise<unknown>>();

/**
 * One after the other in each transaction, which does one thing at a time anyway: drivers name every savepoint alike, what is said
 * between a failure and its rollback fails as well, and what is said in somebody else's savepoint is rolled back with it.
 */
export function inTurn<Value>(transaction: object, work: () => Promise<Value>): Promise<Value> {
  const turn = (turns.get(transaction) ?? Promise.resolve()).then(work, work);
  turns.set(transaction, turn);
  return turn;
}
