import type {
  Batch,
  Deliveries,
  Resettled,
  Retaken,
  Settled,
  StoredDeadLetter,
  SubscriberStatus,
  Taken,
  TakenEvent,
  TakeRequest,
} from "denizen/ports";
import type { Fault } from "./fault.js";

export const HOUR = 3_600_000;
export const EVERYTHING = 1_000_000;

/** What a store does instead with one or the other call. */
export const delivering =
  (instead: (deliveries: Deliveries) => Partial<Deliveries>): Fault =>
  ({ deliveries }) => ({ deliveries: { ...deliveries, ...instead(deliveries) } });

export const asked = (spoil: (request: TakeRequest) => TakeRequest): Fault =>
  delivering(({ take }) => ({ take: (request) => take(spoil(request)) }));
export const taken = (spoil: (answer: Taken, request: TakeRequest) => Taken): Fault =>
  delivering(({ take }) => ({ take: (request) => take(request).map((answer) => spoil(answer, request)) }));
export const batches = (spoil: (batch: Batch) => Batch): Fault => taken((answer) => ({ ...answer, batches: answer.batches.map(spoil) }));
export const events = (spoil: (taken: TakenEvent) => TakenEvent): Fault =>
  batches((batch) => ({ ...batch, events: batch.events.map(spoil) }));
export const settling = (spoil: (settled: Settled) => Settled): Fault =>
  delivering(({ settle }) => ({ settle: (settled) => settle(spoil(settled)) }));
export const retaking = (spoil: (retaken: readonly Retaken[]) => readonly Retaken[]): Fault =>
  delivering(({ retake }) => ({ retake: (request) => retake(request).map(spoil) }));
export const resettling = (spoil: (resettled: Resettled) => Resettled): Fault =>
  delivering(({ resettle }) => ({ resettle: (resettled) => resettle(spoil(resettled)) }));
export const letters = (spoil: (listed: readonly StoredDeadLetter[]) => readonly StoredDeadLetter[]): Fault =>
  delivering(({ deadLetters }) => ({ deadLetters: (request) => deadLetters(request).map(spoil) }));
export const telling = (other: Partial<SubscriberStatus>): Fault =>
  delivering(({ status }) => ({ status: (at) => status(at).map((all) => all.map((one) => ({ ...one, ...other }))) }));

/** The latest token of everything that was ever claimed. */
export function remembering({ take, retake }: Deliveries) {
  const tokens = new Map<string, string>();
  const calls: Pick<Deliveries, "take" | "retake"> = {
    take: (request) =>
      take(request).map((answer) => {
        for (const { partition, token } of answer.batches) tokens.set(JSON.stringify([request.subscriber, partition]), token);
        return answer;
      }),
    retake: (request) =>
      retake(request).map((answer) => {
        for (const { publisher, token } of answer) tokens.set(JSON.stringify([request.subscriber, publisher]), token);
        return answer;
      }),
  };
  return { calls, tokenOf: (...claimed: readonly unknown[]) => tokens.get(JSON.stringify(claimed)) ?? "none" };
}
