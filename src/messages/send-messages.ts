import type { Engine } from "../engine.js";
import type { DomainEvent } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Delivery } from "../messaging/durable/delivery.js";
import type { DurableOptions } from "../messaging/durable/options.js";
import type { MessageFailed, Messages, UserMessage } from "../ports/messages.js";
import type { LoadFailure } from "../ports/store.js";
import { challengeMessage, NOTICED, noticeMessage } from "./outgoing.js";

type Say = (event: DomainEvent) => Promise<Result<UserMessage | undefined, LoadFailure>>;

/**
 * Messages leave through the event log and nothing else: a sender that is slow or down is no command's business, and says nothing
 * about whom a command has found. E-mail and SMS have a subscriber each, so that one of them does not wait for the other.
 */
export function sendMessages(engine: Engine, messages: Messages, onError: (error: unknown, event: DomainEvent) => void): void {
  const send =
    (say: Say) =>
    async (event: DomainEvent, delivery: Delivery): Promise<Result<void, MessageFailed | LoadFailure>> => {
      const message = await say(event);
      if (message.isErr()) return err(message.error);
      if (message.value === undefined) return ok(undefined);
      const { idempotencyKey, signal } = delivery;
      const sent = await messages.send(message.value, { idempotencyKey, signal });
      if (sent.isOk() || !sent.error.permanent) return sent;
      // Nothing that another try would mend: it is told, and what its user is sent next does not wait for it.
      onError(sent.error, event);
      return ok(undefined);
    };
  const isChallenge = ({ type }: DomainEvent): boolean => type === "challenge-issued";
  const byEmail: Say = (event) => (isChallenge(event) ? challengeMessage(engine, event, "email") : noticeMessage(engine, event));
  engine.durable.add("denizen-mail", ["challenge-issued", ...NOTICED], send(byEmail), SENDING);
  engine.durable.add(
    "denizen-sms",
    "challenge-issued",
    send((event) => challengeMessage(engine, event, "phone")),
    SENDING,
  );
}

/** Tried for ten days, longer than anything that is sent can be of use: then there is nothing to send any more, and nothing waits behind it. */
const SENDING: DurableOptions = { attempts: 1000, backOff: { first: 1000, longest: 15 * 60_000 } };
