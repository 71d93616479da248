import type { ResultAsync } from "../../kernel/result.js";
import type { AccountRow, ProfileRow } from "../../ports/queries.js";
import type { StoreFailed } from "../../ports/store.js";
import type { Types } from "../../types.js";
import { answer } from "../context.js";
import type { CommandContext } from "../context.js";
import { account } from "./account.js";
import type { AccountError, AccountInput } from "./account.js";
import { accounts } from "./accounts.js";
import type { AccountsInput } from "./accounts.js";
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
    return answer(() => account(this.#context, input));
  }

  /** For administrators. */
  accounts(input: AccountsInput<T["role"]> = {}): ResultAsync<Page<AccountRow>, ListError | StoreFailed> {
    return answer(() => accounts(this.#context, input));
  }

  /** What the actor, or anybody for administrators, has said of himself. */
  profile(input: AccountInput = {}): ResultAsync<ProfileRow, ProfileError | StoreFailed> {
    return answer(() => profile(this.#context, input));
  }

  /** For administrators. */
  profiles(input: ProfilesInput = {}): ResultAsync<Page<ProfileRow>, ListError | StoreFailed> {
    return answer(() => profiles(this.#context, input));
  }
}
