import { instantIn } from "../../kernel/clock.js";
import type { Timestamp } from "../../kernel/clock.js";
import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import type { DomainEvent } from "../../kernel/event.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { HistoryFilter } from "../../ports/log.js";
import type { StoreError } from "../../ports/store.js";
import { isKey, LONGEST_ID, LONGEST_KEY } from "../../unit/keys.js";
import { readEvents } from "../../unit/read-events.js";
import { accountBehaviour } from "../behaviour.js";
import type { CommandContext } from "../context.js";
import type { CursorInvalid } from "../errors.js";
import type { NotAuthorized } from "../permissions.js";
import type { PresenceError } from "../presence.js";
import { ownOrEverybodys } from "./access.js";
import { cursorIn, cursorOf, extentIn } from "./page.js";
import type { Page } from "./page.js";

/** Which events, and which page of them; all that is said must hold. */
export interface HistoryInput<Type extends string> {
  /** Everything that is about this user, whoever published it: himself, his account, his sessions, guesses at his secrets, the host's. */
  readonly user?: string;
  /** What this account and its sessions have published. It has the id of its user. */
  readonly account?: string;
  /** Who asked: `user:0192…`, `system:import`, `anonymous`. */
  readonly actor?: string;
  readonly type?: Type;
  /** Occurred at or after this, and before that. */
  readonly since?: Timestamp | Date;
  readonly until?: Timestamp | Date;
  /** Newest first (`descending`) when left out. */
  readonly direction?: "ascending" | "descending";
  /** Events on the page: 1 to 100, 20 when left out. */
  readonly limit?: number;
  /** The page's `next`, as it was given for the same direction. */
  readonly after?: string;
}

export type HistoryError = PresenceError | NotAuthorized | StoreError | CursorInvalid | InvalidArgument;

const CURSOR = "history";

/** What has happened, with who asked and why in its metadata: of oneself, or of anybody and everything for administrators. */
export async function history(context: CommandContext, input: unknown): Promise<Result<Page<DomainEvent>, HistoryError>> {
  const extent = extentIn(input, "descending");
  if (extent.isErr()) return err(extent.error);
  const { direction, limit } = extent.value;
  const cursor = cursorIn(field(input, "after"), [CURSOR, direction]);
  if (cursor.isErr()) return err(cursor.error);
  const asked = filterIn(input);
  if (asked.isErr()) return err(asked.error);
  const subject = await ownOrEverybodys(context, asked.value.subject);
  if (subject.isErr()) return err(subject.error);
  const filter = subject.value === undefined ? asked.value : { ...asked.value, subject: subject.value };
  const { engine, scope } = context;
  const after = cursor.value === null ? {} : { after: cursor.value.value };
  const read = await engine.store.log.read({ tenant: scope.tenant, filter, direction, limit: limit + 1, ...after });
  if (read.isErr()) return err(read.error);
  const shown = read.value.slice(0, limit);
  const last = read.value.length > limit ? shown.at(-1) : undefined;
  const next = last === undefined ? null : cursorOf([CURSOR, direction], { value: last.position, id: last.event.id });
  return readEvents(engine, shown).map((items) => ({ items, next, total: null }));
}

const TEXTS = { user: LONGEST_ID, account: LONGEST_ID, actor: LONGEST_KEY, type: LONGEST_ID } as const;
const TIMES = ["since", "until"] as const;

function filterIn(input: unknown): Result<HistoryFilter, InvalidArgument> {
  const given: { [Name in keyof typeof TEXTS | (typeof TIMES)[number]]?: string } = {};
  // The keys of an object literal are those of its type.
  for (const name of Object.keys(TEXTS) as (keyof typeof TEXTS)[]) {
    const value = field(input, name);
    if (value === undefined) continue;
    if (!isKey(value, TEXTS[name])) return err(invalidArgument(name, `must be well-formed text of 1 to ${TEXTS[name]} characters`));
    given[name] = value;
  }
  for (const name of TIMES) {
    const value = field(input, name);
    const instant = instantIn(value);
    if (instant === undefined && value !== undefined) return err(invalidArgument(name, "must be a date, or text that Date reads as one"));
    if (instant !== undefined) given[name] = instant;
  }
  const { user, account, ...rest } = given;
  if (account === undefined) return ok(user === undefined ? rest : { ...rest, subject: user });
  if (user !== undefined && user !== account) return err(invalidArgument("account", "must be the user's: they have one id"));
  return ok({ ...rest, subject: account, kinds: PUBLISHERS });
}

const PUBLISHERS: readonly string[] = [accountBehaviour.kind, "session"];
