import { isProved } from "../../users/state.js";
import type { UserState } from "../../users/state.js";
import type { Challenge, Channel } from "../../users/challenges/events.js";

/** Where something for a user goes. */
export interface Addressee {
  readonly channel: Channel;
  readonly address: string;
}

/**
 * The address by which somebody is asked to prove that he is this user: one that was proved, or, of a user of whom none ever was, any.
 * A mere claim beside proved addresses may be a stranger's mailbox, mistyped. `wanted` is one of his, by its canonical form; without it
 * the primary one is taken, e-mail before phone.
 */
export function addresseeOf(
  user: Pick<UserState, "emails" | "phones">,
  wanted?: (channel: Channel, address: string) => boolean,
): Addressee | undefined {
  const proved = isProved(user);
  const all = [...channelOf("email", user.emails), ...channelOf("phone", user.phones)];
  const good = all
    .filter(({ verifiedAt }) => verifiedAt !== null || !proved)
    .filter(({ channel, value }) => wanted === undefined || wanted(channel, value));
  const chosen = good.find(({ primary }) => primary) ?? good[0];
  return chosen === undefined ? undefined : { channel: chosen.channel, address: chosen.value };
}

/** Whether what was sent to an address then would be sent there still. */
export const stillReaches = (
  user: Pick<UserState, "emails" | "phones">,
  { channel, address }: Pick<Challenge, "channel" | "address">,
): boolean => addresseeOf(user, (kind, value) => kind === channel && value === address) !== undefined;

const channelOf = <Held extends UserState["emails"][number] | UserState["phones"][number]>(channel: Channel, all: readonly Held[]) =>
  all.map((address) => ({ ...address, channel }));
