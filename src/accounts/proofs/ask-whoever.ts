import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { ChallengePurpose } from "../../users/challenges/events.js";
import { Email } from "../../users/values/email.js";
import type { CommandContext } from "../context.js";
import { addresseeOf } from "./addressee.js";
import { ask } from "./ask.js";
import type { AskError } from "./ask.js";
import { targetIn } from "./shown.js";
import type { ShownError } from "./shown.js";

export type AskWhoeverError<T extends Types> = AskError<T> | ShownError;

/** Asks whoever answers to an identifier: at the very address that was named, or at his primary one where it was a username. */
export async function askWhoever<T extends Types>(
  context: CommandContext,
  purpose: ChallengePurpose,
  input: unknown,
): Promise<Result<void, AskWhoeverError<T>>> {
  const target = targetIn(context, input);
  if (target.isErr()) return err(target.error);
  const named = "identifier" in target.value ? target.value.identifier : undefined;
  return ask(context, {
    purpose,
    target: target.value,
    addressee: (user) =>
      named === undefined || named.kind === "username"
        ? addresseeOf(user)
        : addresseeOf(user, (channel, address) => channel === named.kind && keyOf(channel, address) === named.key),
  });
}

const keyOf = (channel: "email" | "phone", address: string): string =>
  channel === "email" ? Email.parse(address).map(Email.key).unwrapOr(address) : address;
