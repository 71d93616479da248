import type { Engine } from "../../engine.js";
import { instantIn, timestamp } from "../../kernel/clock.js";
import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, errAsync, ok } from "../../kernel/result.js";
import type { Result, ResultAsync } from "../../kernel/result.js";
import type { ReplaySelection } from "../../ports/deliveries.js";
import type { StoreError } from "../../ports/store.js";
import { idIn, subscriberIn, subscriberUnknown, tenantIn } from "./input.js";
import type { SubscriberUnknown } from "./input.js";

/** What is delivered to a subscriber once more: exactly one of these. */
export type ReplayInput = { readonly subscriber: string; readonly tenant?: string } & (
  | { readonly event: string }
  | { readonly publisher: { readonly kind: string; readonly id: string } }
  | { readonly from: "beginning" | { readonly time: string | Date } }
  | { readonly deadLetters: true }
);

export interface Replayed {
  /** How many events that is; none of them has been handled yet. */
  readonly events: number;
}

export function replay(engine: Engine, input: unknown): ResultAsync<Replayed, SubscriberUnknown | StoreError | InvalidArgument> {
  const subscriber = subscriberIn(field(input, "subscriber"));
  if (subscriber.isErr()) return errAsync(subscriber.error);
  const selection = selectionIn(input);
  if (selection.isErr()) return errAsync(selection.error);
  const { deliveries } = engine.store;
  const at = timestamp(engine.clock.now());
  const types = engine.durable.get(subscriber.value)?.types ?? null;
  return deliveries
    .status(at)
    .andThen((known) => (known.some((one) => one.subscriber === subscriber.value) ? ok(undefined) : err(subscriberUnknown())))
    .andThen(() =>
      deliveries.replay({ subscriber: subscriber.value, types: types === null ? null : [...types], selection: selection.value, at }),
    )
    .map((events) => {
      engine.wake.ring();
      return { events };
    });
}

function selectionIn(input: unknown): Result<ReplaySelection, InvalidArgument> {
  const [event, publisher, from, dead] = ["event", "publisher", "from", "deadLetters"].map((name) => field(input, name));
  if ([event, publisher, from, dead].filter((value) => value !== undefined).length !== 1) {
    return err(invalidArgument("replay", "takes exactly one of event, publisher, from and deadLetters"));
  }
  if (dead !== undefined) return dead === true ? ok({ kind: "dead-letters" }) : err(invalidArgument("deadLetters", "must be true"));
  if (from !== undefined) return fromIn(from).map((start) => ({ kind: "from", from: start }));
  const tenant = tenantIn(input);
  if (tenant.isErr()) return err(tenant.error);
  if (event !== undefined) return idIn(input, "event").map((id) => ({ kind: "event", tenant: tenant.value, id }));
  const [kind, id] = [idIn(publisher, "kind"), idIn(publisher, "id")];
  if (kind.isErr()) return err(kind.error);
  return id.map((value) => ({ kind: "publisher", publisher: { tenant: tenant.value, kind: kind.value, id: value } }));
}

function fromIn(from: unknown): Result<"beginning" | { readonly time: string }, InvalidArgument> {
  if (from === "beginning") return ok(from);
  const time = instantIn(field(from, "time"));
  return time === undefined ? err(invalidArgument("from", 'must be "beginning" or { time }')) : ok({ time });
}
