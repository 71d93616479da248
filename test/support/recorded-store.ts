import type { Store } from "denizen/ports";

/** The same store, which tells of every call to it, to its guards and to its transactions, by name: `attempts.count`, `begin`, `flush`. */
export function recordedStore<Tx>(store: Store<Tx>, log: string[]): Store<Tx> {
  return recorded(store, log, "");
}

function recorded<Target extends object>(target: Target, log: string[], prefix: string): Target {
  return new Proxy(target, {
    get: (of, name) => {
      const value: unknown = Reflect.get(of, name);
      if (typeof name !== "string") return value;
      if (typeof value === "object" && value !== null && !(name === "tx")) return recorded(value, log, `${name}.`);
      if (typeof value !== "function") return value;
      return (...args: readonly unknown[]): unknown => {
        log.push(`${prefix}${name}`);
        const answer: unknown = Reflect.apply(value, of, args);
        // A store begins with a ResultAsync of its transaction, whose calls are to be told of as well.
        return name === "begin" ? (answer as ReturnType<Store["begin"]>).map((transaction) => recorded(transaction, log, "")) : answer;
      };
    },
  });
}
