import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import { Email } from "../../users/values/email.js";
import type { EmailInvalid } from "../../users/values/email.js";
import { commandUnit } from "../context.js";
import type { CommandContext } from "../context.js";
import { ownPresence } from "../presence.js";
import type { PresenceError } from "../presence.js";
import { ask } from "../proofs/ask.js";
import type { AskError } from "../proofs/ask.js";

export interface RequestEmailChangeInput {
  /** The new one. */
  readonly email: string;
}

export type RequestEmailChangeError<T extends Types> = PresenceError | EmailInvalid | AskError<T>;

/**
 * Sends a link and a code to an e-mail that is to be the actor's primary one. Nothing changes before it is proved, and whether it is
 * somebody else's is told by its proof alone.
 */
export async function requestEmailChange<T extends Types>(
  context: CommandContext,
  input: unknown,
): Promise<Result<void, RequestEmailChangeError<T>>> {
  const email = Email.parse(field(input, "email"));
  if (email.isErr()) return err(email.error);
  const own = await ownPresence(commandUnit(context.open()));
  if (own.isErr()) return err(own.error);
  return ask(context, {
    purpose: "change-email",
    target: { kind: "user", id: own.value.account.id },
    addressee: () => ({ channel: "email", address: email.value }),
  });
}
