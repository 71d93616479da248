import { invalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { Lookup } from "../../ports/store.js";
import type { Channel } from "../../users/challenges/events.js";
import { lookupToProve } from "../../users/criteria.js";
import type { CriteriaError } from "../../users/criteria.js";
import { Email } from "../../users/values/email.js";
import type { UserState } from "../../users/state.js";
import { commandUnit } from "../context.js";
import type { CommandContext } from "../context.js";
import { ownPresence } from "../presence.js";
import type { PresenceError } from "../presence.js";
import type { Addressee } from "./addressee.js";
import { ask } from "./ask.js";
import type { AskError } from "./ask.js";

export type AskToVerifyError<T extends Types> = AskError<T> | PresenceError | CriteriaError;

/** Asks for the proof of an address that is not proved yet: whoever is signed in one of his own, everybody else any. */
export async function askToVerify<T extends Types>(
  context: CommandContext,
  purpose: "verify-email" | "verify-phone",
  channel: Channel,
  input: unknown,
): Promise<Result<void, AskToVerifyError<T>>> {
  const given = field(input, channel);
  const wanted = given === undefined ? ok(undefined) : keyIn(context, channel, given);
  if (wanted.isErr()) return err(wanted.error);
  const target = await targetOf(context, channel, given);
  if (target.isErr()) return err(target.error);
  return ask(context, { purpose, target: target.value, addressee: (user) => unproved(user, channel, wanted.value) });
}

async function targetOf(context: CommandContext, channel: Channel, given: unknown): Promise<Result<Lookup, PresenceError | CriteriaError>> {
  if (context.scope.principal?.kind === "user") {
    const own = await ownPresence(commandUnit(context.open()));
    return own.map(({ account }) => ({ kind: "user", id: account.id }));
  }
  if (given === undefined) return err(invalidArgument(channel, "must be given where nobody is signed in"));
  return lookupToProve({ [channel]: given }, context.engine.users.phoneParser);
}

/** The canonical form by which an address is found. */
function keyIn({ engine }: CommandContext, channel: Channel, given: unknown): Result<string | undefined, CriteriaError> {
  const lookup = lookupToProve({ [channel]: given }, engine.users.phoneParser);
  return lookup.map((found) => ("identifier" in found ? found.identifier.key : undefined));
}

function unproved({ emails, phones }: UserState, channel: Channel, wanted: string | undefined): Addressee | undefined {
  const all =
    channel === "email" ? emails.map((one) => ({ ...one, key: Email.key(one.value) })) : phones.map((one) => ({ ...one, key: one.value }));
  const one = wanted === undefined ? all.find(({ primary }) => primary) : all.find(({ key }) => key === wanted);
  return one === undefined || one.verifiedAt !== null ? undefined : { channel, address: one.value };
}
