import { err, ok, ResultAsync } from "denizen";
import type { Result } from "denizen";
import { withDeadline } from "denizen/ports";
import type { StoreError } from "denizen/ports";
import type { Run } from "./database.js";
import { failureOf, isElsewhere, isLostRace, storeError, unavailable } from "./failure.js";
import type { Statements } from "./statements.js";

/** Statements of one group, as calls that answer failures as values. */
export type Calls<Group> = {
  readonly [Name in keyof Group]: Group[Name] extends (run: Run, ...args: infer Args) => Promise<infer Value>
    ? (...args: Args) => ResultAsync<Value, StoreError>
    : never;
};

/** Enough for fifty at once: of those who race for a row, each round one has won. */
const TRIES = 50;

/** How a store says statements that only read, or are transactions of their own: what fails has done nothing that matters. */
export function asking(run: Run, { recalibrate, names }: Pick<Statements, "recalibrate" | "names">, timeout: number) {
  /** Never rejects; whether the log goes on in this cluster. */
  async function recalibrated(): Promise<boolean> {
    try {
      return !(await withDeadline(() => recalibrate(run), timeout)).timedOut;
    } catch {
      return false;
    }
  }

  /**
   * Where the database's default is serializable, a statement by itself can lose a race as a whole transaction can: it is said
   * again. So is what found the log to be another cluster's.
   */
  async function answerOf<Value>(work: () => Promise<Value>, tries: number): Promise<Result<Value, StoreError>> {
    for (let said = 1; ; said++) {
      try {
        const answer = await withDeadline(work, timeout);
        return answer.timedOut ? err(unavailable("the database did not answer in time")) : ok(answer.value);
      } catch (thrown) {
        const failure = failureOf(thrown);
        const again = said < tries && (isLostRace(failure) || (isElsewhere(failure, names) && (await recalibrated())));
        if (!again) return err(storeError(failure));
        await new Promise((resolve) => setTimeout(resolve, Math.min(said, 10)));
      }
    }
  }

  const ask = <Value>(work: () => Promise<Value>, tries = TRIES): ResultAsync<Value, StoreError> => new ResultAsync(answerOf(work, tries));

  type Named = Readonly<Record<string, (on: Run, ...args: never[]) => Promise<unknown>>>;
  const calls = <Group extends Named>(group: Group): Calls<Group> => {
    const entries = Object.entries(group).map(([name, say]) => [name, (...args: never[]) => ask(() => say(run, ...args))]);
    // `fromEntries` forgets which keys it was given, and that each answers as its statement does.
    return Object.fromEntries(entries) as Calls<Group>;
  };

  return { ask, calls, recalibrated };
}
