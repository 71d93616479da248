import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { occasion } from "../unit/guard-event.js";
import type { Verdict } from "../users/prover.js";
import { sightOf } from "../users/verified.js";
import type { Verified } from "../users/verified.js";
import { conceal } from "./conceal.js";
import type { CommandContext } from "./context.js";
import type { DeviceRequest } from "./device-input.js";
import type { LogInRefusal } from "./events.js";
import { refusalFor } from "./refusals.js";
import { sealPending } from "./pending-log-in.js";
import { trace } from "./session-events.js";
import { startSession } from "./start-session.js";
import type { SignedIn } from "./start-session.js";

/** The first factor holds, and the user has a second: `completeLogIn({ pending, … })` with one of `methods`. This is no session. */
export interface SecondFactorAsked {
  readonly status: "second-factor-required";
  readonly methods: readonly string[];
  /** For ten minutes (`lifetimes.proof`). */
  readonly pending: string;
}

export type LoggedIn = SignedIn | SecondFactorAsked;

/**
 * What follows from a proof: a session, the question for a second factor, or a refusal. Each settles the proof in one statement
 * with the traces of what came of it.
 */
export async function conclude(
  context: CommandContext,
  judged: Verdict,
  device: DeviceRequest,
  earlier: readonly Verified[] = [],
): Promise<Result<LoggedIn, unknown>> {
  const { engine, scope } = context;
  const { verdict, concealed } = conceal(engine, judged);
  const { outcome, settlement } = verdict;
  if (outcome.isErr()) return refuse(context, verdict, concealed ? "account-pending" : causeOf(verdict), outcome.error);
  const { label, trusted } = device;
  const request = { proofs: [...earlier, outcome.value], device: label, trusted, settlement };
  const started = await startSession(engine, scope, request);
  if (started.isOk()) return started;
  const { error } = started;
  if (error.code === "second-factor-required" && earlier.length === 0) return ask(context, verdict, outcome.value, error.methods);
  const cause = refusalFor(error.code);
  // Of an outage there is nothing to be settled: the statement that has just failed would have done it.
  return cause === undefined ? err(error) : refuse(context, verdict, cause, error);
}

async function ask(
  { engine }: CommandContext,
  { settlement }: Verdict,
  verified: Verified,
  methods: readonly string[],
): Promise<Result<LoggedIn, unknown>> {
  const settled = await engine.store.attempts.settle(settlement);
  if (settled.isErr()) return err(settled.error);
  return ok({ status: "second-factor-required", methods, pending: await sealPending(engine, verified, sightOf(verified)) });
}

async function refuse(
  { engine, scope }: CommandContext,
  { settlement, subject }: Verdict,
  cause: LogInRefusal,
  error: unknown,
): Promise<Result<LoggedIn, unknown>> {
  const failed = trace(engine, occasion(engine, scope), "log-in-failed", { cause }, { counter: settlement.counter, subject });
  const settled = await engine.store.attempts.settle({ ...settlement, events: [...settlement.events, failed.stored] });
  if (settled.isErr()) return err(settled.error);
  engine.bus.ring([failed.event]);
  return err(error);
}

const causeOf = ({ refusal, outcome }: Verdict): LogInRefusal => {
  if (refusal === "too-many-attempts" || refusal === "unavailable") return refusal;
  return outcome.isErr() && outcome.error.code === "challenge-invalid" ? "challenge-invalid" : "invalid-credentials";
};
