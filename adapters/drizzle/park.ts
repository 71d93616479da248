import { withDeadline } from "denizen/ports";

/** How a transaction ended: by our word, or by a failure of its own. */
export type Ending =
  { readonly kind: "committed" } | { readonly kind: "rolled-back" } | { readonly kind: "failed"; readonly thrown: unknown };

/** A driver's callback transaction as an object, so that `await using` can hold it. */
export interface Parked<Tx> {
  readonly tx: Tx;
  readonly isOpen: () => boolean;
  end(how: "commit" | "rollback"): Promise<Ending>;
}

export type Opening<Tx> =
  | { readonly kind: "opened"; readonly parked: Parked<Tx> }
  | { readonly kind: "busy" }
  | { readonly kind: "failed"; readonly thrown: unknown };

const ROLLBACK = new Error("rolled back");

/**
 * Opens a transaction by parking its callback on a promise. A time limit holds while it queues for a connection: a second
 * unit inside the first, on a pool of one, would otherwise wait for ever.
 */
export async function park<Tx>(
  transaction: (body: (tx: Tx) => Promise<void>) => Promise<unknown>,
  acquireTimeout: number,
): Promise<Opening<Tx>> {
  let state: "queueing" | "open" | "ended" = "queueing";
  let decide: (how: "commit" | "rollback") => void = () => undefined;
  let finished: Ending | undefined;
  let opened: (opening: Opening<Tx>) => void = () => undefined;
  const opening = new Promise<Opening<Tx>>((resolve) => (opened = resolve));

  const ending = (async (): Promise<Ending> => {
    try {
      await transaction(async (tx) => {
        // Nobody waits any more: give the connection back at once.
        if (state === "ended") throw ROLLBACK;
        state = "open";
        const decision = new Promise<"commit" | "rollback">((resolve) => (decide = resolve));
        opened({ kind: "opened", parked: { tx, isOpen: () => state === "open", end } });
        if ((await decision) === "rollback") throw ROLLBACK;
      });
      return { kind: "committed" };
    } catch (thrown) {
      return thrown === ROLLBACK ? { kind: "rolled-back" } : { kind: "failed", thrown };
    }
  })().then((how) => {
    finished = how;
    if (state === "queueing" && how.kind === "failed") opened({ kind: "failed", thrown: how.thrown });
    state = "ended";
    return how;
  });

  async function end(how: "commit" | "rollback"): Promise<Ending> {
    // One turn of the event loop, so that the close of a connection that has just died arrives first: answering a dead
    // one hangs postgres.js's pool.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (finished === undefined && state === "open") {
      state = "ended";
      decide(how);
    }
    return ending;
  }

  const first = await withDeadline(() => opening, acquireTimeout);
  if (!first.timedOut) return first.value;
  state = "ended";
  return { kind: "busy" };
}
