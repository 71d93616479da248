import type { LoadError } from "../../errors.js";
import { AnyAggregate } from "../../kernel/aggregate.js";
import { timestamp } from "../../kernel/clock.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import { newRoot } from "../../new-root.js";
import { bindingOf } from "../../users/challenges/binding.js";
import { Challenges, challengesBehaviour } from "../../users/challenges/challenges.js";
import type { ChallengePurpose } from "../../users/challenges/events.js";
import { formsOf } from "../../users/challenges/forms.js";
import type { RegisteredUser } from "../../users/registration.js";
import type { UserState } from "../../users/state.js";
import type { Account } from "../account.js";
import type { CommandUnit } from "../context.js";
import { standingOf } from "../standing-of.js";
import type { AccountState } from "../state.js";
import type { Addressee } from "./addressee.js";

/** Whose it is: the user and his account as they will be in the commit that issues it. */
export interface Whose {
  readonly user: RegisteredUser;
  readonly account: Account | undefined;
}

/** Asks a user to prove an address of his, in the unit's commit; the worker that hears of it sends. Voids the earlier one of its purpose. */
export async function issueChallenge(
  inside: CommandUnit,
  whose: Whose,
  { purpose, channel, address }: Addressee & { readonly purpose: ChallengePurpose },
): Promise<Result<void, LoadError | InvalidArgument>> {
  const found = await challengesOf(inside, whose.user.id);
  if (found.isErr()) return err(found.error);
  const { clock, users } = inside.unit.engine;
  const forms = formsOf(purpose, channel);
  const { code, links } = users.challenges;
  const lifetime = purpose === "verify-phone" ? 0 : links[purpose];
  const now = clock.now();
  const isNew = found.value === undefined;
  const challenges = found.value ?? new Challenges(newRoot(challengesBehaviour, { id: whose.user.id, facts: inside.unit.engine.facts }));
  challenges.issue({
    purpose,
    channel,
    address,
    binding: await currentBinding(purpose, whose),
    key: users.secrets.key,
    codeExpiresAt: forms.includes("code") ? timestamp(now + code) : null,
    linkExpiresAt: forms.includes("link") ? timestamp(now + lifetime) : null,
  });
  return isNew ? inside.challenges.add(challenges).map(() => undefined) : ok(undefined);
}

/** What a challenge issued now would be void without. */
export const currentBinding = (purpose: ChallengePurpose, { user, account }: Whose): Promise<string> =>
  bindingOf(
    purpose,
    // The states of users and accounts are their contexts' own.
    AnyAggregate.stateOf(user) as UserState,
    standingOf(account === undefined ? undefined : (AnyAggregate.stateOf(account) as AccountState)),
  );

/** Those of a user; undefined when he never had one. */
export async function challengesOf(
  { challenges }: CommandUnit,
  userId: string,
): Promise<Result<Challenges | undefined, LoadError | InvalidArgument>> {
  const found = await challenges.get(userId);
  if (found.isOk()) return ok(found.value);
  return found.error.code === "not-found" ? ok(undefined) : err(found.error);
}
