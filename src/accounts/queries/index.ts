import type { EventOf } from "../../kernel/event.js";
import type { Result, ResultAsync } from "../../kernel/result.js";
import type { AccountRow, ProfileRow } from "../../ports/queries.js";
import type { StoreFailed } from "../../ports/store.js";
import type { LoggedPayloads } from "../../messaging/doors.js";
import type { Types } from "../../types.js";
import { measuredAnswer } from "../context.js";
import type { CommandContext } from "../context.js";
import { account } from "./account.js";
import type { AccountError, AccountInput } from "./account.js";
import { accounts } from "./accounts.js";
import type { AccountsInput } from "./accounts.js";
import { exported } from "./export.js";
import type { Exported, ExportError, ExportInput } from "./export.js";
import { history } from "./history.js";
import type { HistoryError, HistoryInput } from "./history.js";
import type { ListError } from "./list.js";
import type { Page } from "./page.js";
import { profile } from "./profile.js";
import type { ProfileError } from "./profile.js";
import { profiles } from "./profiles.js";
import type { ProfilesInput } from "./profiles.js";

/** What can be asked in a scope: plain data, straight from the store, for whoever may see it. */
export class Queries<T extends Types> {
  readonly #context: CommandContext;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** The actor's own account, or anybody's for administrators. */
  account(input: AccountInput = {}): ResultAsync<AccountRow, AccountError | StoreFailed> {
    return this.#answer("account", () => account(this.#context, input));
  }

  /** For administrators. */
  accounts(input: AccountsInput<T["role"]> = {}): ResultAsync<Page<AccountRow>, ListError | StoreFailed> {
    return this.#answer("accounts", () => accounts(this.#context, input));
  }

  /** What the actor, or anybody for administrators, has said of himself. */
  profile(input: AccountInput = {}): ResultAsync<ProfileRow, ProfileError | StoreFailed> {
    return this.#answer("profile", () => profile(this.#context, input));
  }

  /** For administrators. */
  profiles(input: ProfilesInput = {}): ResultAsync<Page<ProfileRow>, ListError | StoreFailed> {
    return this.#answer("profiles", () => profiles(this.#context, input));
  }

  /**
   * What has happened, as a page of events with who asked, the correlation and the causation in their metadata; newest first. Whoever
   * is no administrator sees what is about himself; an administrator everybody's events, or those of the user or account that he names.
   * Of who has been erased the events stay, without what was personal in them.
   */
  history<Type extends (keyof LoggedPayloads<T> & string) | "*" = "*">(
    input: HistoryInput<Exclude<Type, "*">> = {},
  ): ResultAsync<Page<EventOf<LoggedPayloads<T>, Type>>, HistoryError | StoreFailed> {
    // The log holds what this application's aggregates and guards have published, and the filter is by that type.
    type Answered = Result<Page<EventOf<LoggedPayloads<T>, Type>>, HistoryError>;
    return this.#answer("history", async () => (await history(this.#context, input)) as Answered);
  }

  /** All that is held about the actor, or about anybody for administrators, as JSON: profile, account, sessions, history. */
  export(input: ExportInput = {}): ResultAsync<Exported, ExportError | StoreFailed> {
    return this.#answer("export", () => exported(this.#context, input));
  }

  #answer<Value, E>(name: string, query: () => Promise<Result<Value, E>>): ResultAsync<Value, E | StoreFailed> {
    return measuredAnswer(this.#context, "query", name, query);
  }
}
