/**
 * The host's view of a transaction, revoked when it ends: on postgres.js and node-postgres a statement that comes late would
 * otherwise be written by the next transaction on that connection. Reading anything from it then throws, as a driver does
 * that is used after its end; also from query builders made before, because their session is revoked as well.
 */
export function revocable<Tx extends object>(tx: Tx, isOpen: () => boolean): Tx {
  return new Proxy(tx, {
    get(target, name) {
      if (!isOpen()) throw new Error("this transaction has ended: denizen has revoked it");
      const value: unknown = Reflect.get(target, name);
      return (name === "session" || name === "_") && typeof value === "object" && value !== null ? revocable(value, isOpen) : value;
    },
  });
}
