import { timestamp } from "../kernel/clock.js";
import type { InvalidScope, UnitAccess, UnitClosed } from "../kernel/definition.js";
import { domainError, isDomainError } from "../kernel/error.js";
import type { DomainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { excerpt } from "../kernel/text.js";
import type { Counted, Guess, Lockout, Settlement } from "../ports/attempts.js";
import type { AuthenticationMethod } from "../ports/authentication-method.js";
import type { Lookup, StoreError } from "../ports/store.js";
import { storedForm } from "../unit/batch.js";
import { guardEvent, occasion } from "../unit/guard-event.js";
import { challengesBehaviour } from "./challenges/challenges.js";
import type { Challenge, ChallengePurpose } from "./challenges/events.js";
import { challengeMethod, judgeChallenge } from "./challenges/judge.js";
import type { Shown } from "./challenges/judge.js";
import { compare } from "./compare.js";
import { challengeInvalid, invalidCredentials } from "./errors.js";
import type {
  ChallengeInvalid,
  InvalidCredentials,
  MethodFailed,
  MethodUnknown,
  ProofInsideTransaction,
  TooManyAttempts,
} from "./errors.js";
import { proofEvents } from "./events.js";
import type { CredentialDescriptor, ProofRefusal } from "./events.js";
import type { UserServices } from "./services.js";
import type { UserState } from "./state.js";
import { UserId } from "./values/user-id.js";
import { mintVerified } from "./verified.js";
import type { Sight, Verified } from "./verified.js";

/** All that a proof can answer besides the failures of its authentication method. */
export type ProofError =
  UnitClosed | InvalidScope | InvalidCredentials | TooManyAttempts | MethodUnknown | MethodFailed | ProofInsideTransaction | StoreError;

/** The same for a code or a link. */
export type ChallengeProofError = Exclude<ProofError, MethodUnknown | MethodFailed | InvalidCredentials> | ChallengeInvalid;

/** Whose proof it is, and which method proves it with what. */
export interface Proof {
  readonly target: Lookup;
  readonly method: string;
  readonly input: unknown;
  /** A device from which this user was proved before. */
  readonly device?: Guess["device"] | undefined;
}

/** Whose challenge it is said to be, which, and what was shown of it. */
export interface ChallengeProof {
  readonly target: Lookup;
  readonly purpose: ChallengePurpose;
  readonly shown: Shown;
  /** A device from which this user was proved before. */
  readonly device?: Guess["device"] | undefined;
}

/** A guess, of either kind, as it is counted. */
type CountedProof = Pick<Proof, "target" | "method" | "device"> & { readonly lockout: Lockout; readonly alongside: readonly string[] };

/** What came of a proof, and what is to be settled of it. */
export interface Verdict {
  readonly outcome: Result<Verified, ProofError | DomainError>;
  /** Why it was refused, for the log. */
  readonly refusal: ProofRefusal;
  /** Id of the user, if there is one. */
  readonly subject: string | null;
  readonly settlement: Settlement;
}

/** Settles a verdict: by itself, or in one statement with what it leads to. */
export type Conclude<Value, E> = (verdict: Verdict) => PromiseLike<Result<Value, E>>;

/**
 * The one place where secrets are compared. Every guess is counted before anything is compared, and leaves an event, both in
 * transactions of their own; known and unknown users, right and wrong secrets cost the same work.
 */
export class Prover {
  readonly #services: UserServices;
  readonly #unit: UnitAccess;

  constructor(services: UserServices, unit: UnitAccess) {
    this.#services = services;
    this.#unit = unit;
  }

  prove(proof: Proof): Promise<Result<Verified, ProofError | DomainError>> {
    return this.proveAnd<Verified, ProofError | DomainError>(proof, async ({ outcome, settlement }) => {
      const settled = await this.#services.engine.store.attempts.settle(settlement);
      return settled.isErr() ? err(settled.error) : outcome;
    });
  }

  /** Proves, and leaves the settling to `conclude`, which does it in any case. */
  async proveAnd<Value, E>(
    { target, method: key, input, device }: Proof,
    conclude: Conclude<Value, E>,
  ): Promise<Result<Value, E | ProofError>> {
    const { methods, lockout, alongside } = this.#services;
    const method = Object.hasOwn(methods, key) ? methods[key] : undefined;
    const usable = this.#usable();
    if (usable.isErr()) return err(usable.error);
    if (method === undefined) return err(methodUnknown(key));
    const guess = { target, device, method: key, lockout, alongside };
    return this.#count(guess, (counted) => this.#judge(counted, key, method, input), conclude);
  }

  /**
   * The same for a code or a link that was sent. Codes are counted per user and purpose, whichever challenge they are for; a link
   * cannot be guessed, and locks nobody out. `spend` uses it up, and says whether it still could: of those who were right at the same
   * time one is, and the others are refused in the log as well.
   */
  async proveChallengeAnd<Value, E>(
    { target, purpose, shown, device }: ChallengeProof,
    spend: (verified: Verified, challenge: Challenge) => Promise<boolean>,
    conclude: Conclude<Value, E>,
  ): Promise<Result<Value, E | ProofError>> {
    const usable = this.#usable();
    if (usable.isErr()) return err(usable.error);
    const { lockout, alongside } = this.#services;
    const guess = {
      target,
      device,
      method: challengeMethod(purpose, shown.form),
      lockout: shown.form === "link" ? { ...lockout, limit: NEVER } : lockout,
      alongside: [...alongside, challengesBehaviour.kind],
    };
    const judge = async (counted: Counted): Promise<Judged> => {
      const judged = await this.#judgeChallenge(counted, purpose, shown);
      if (judged.outcome.isErr() || judged.challenge === undefined) return judged;
      return (await spend(judged.outcome.value, judged.challenge)) ? judged : refused("wrong", challengeInvalid());
    };
    return this.#count(guess, judge, conclude);
  }

  #usable(): Result<void, UnitClosed | InvalidScope | ProofInsideTransaction> {
    const usable = this.#unit.usable();
    if (usable.isErr() || !this.#unit.inTransaction) return usable;
    return err(domainError("proof-inside-transaction", "prove before the transaction is opened, or in a unit of its own"));
  }

  /** Counts, has it judged, and has what came of it settled and announced. */
  async #count<Value, E>(
    { target, method, device, lockout, alongside }: CountedProof,
    judge: (counted: Counted) => Promise<Judged>,
    conclude: Conclude<Value, E>,
  ): Promise<Result<Value, E | ProofError>> {
    const { engine } = this.#services;
    const { tenant } = this.#unit.scope;
    const counted = await engine.store.attempts.count({
      tenant,
      target,
      method,
      stranger: await this.#services.stranger(JSON.stringify([tenant, target])),
      at: timestamp(engine.clock.now()),
      lockout,
      alongside,
      ...(device === undefined ? {} : { device: { holder: device.holder, name: device.name } }),
    });
    if (counted.isErr()) return err(counted.error);
    const judged = await this.#unlessLocked(counted.value, judge);
    const event = this.#event(counted.value, method, judged);
    const outcome = judged.outcome.isOk() ? "ok" : judged.refusal;
    engine.instrumentation.count("denizen.proofs", 1, { "denizen.method": method, "denizen.outcome": outcome });
    const concluded = await conclude({
      ...judged,
      subject: counted.value.aggregate?.id ?? null,
      settlement: {
        tenant,
        method,
        counter: counted.value.counter,
        succeeded: judged.outcome.isOk(),
        events: [storedForm(event, proofEvents[event.type])],
      },
    });
    // A trace that could not be kept is not announced.
    const lost =
      concluded.isErr() && isStoreError(concluded.error) && !(judged.outcome.isErr() && judged.outcome.error === concluded.error);
    if (!lost) engine.bus.ring([event]);
    return concluded;
  }

  async #unlessLocked(counted: Counted, judge: (counted: Counted) => Promise<Judged>): Promise<Judged> {
    const retryAt = counted.refusedUntil;
    if (retryAt === null) return judge(counted);
    return refused("too-many-attempts", domainError("too-many-attempts", "too many guesses: wait, then try again", { retryAt }));
  }

  async #judge(counted: Counted, key: string, method: AuthenticationMethod<never>, input: unknown): Promise<Judged> {
    const { engine } = this.#services;
    // Stored by the users context itself, which is the only one that registers this kind.
    const state = counted.aggregate?.state as UserState | undefined;
    const credentials = state?.credentials.filter(({ kind }) => kind === key) ?? [];
    const materials = counted.materials.filter(({ credentialId }) => credentials.some(({ id }) => id === credentialId));
    const { tenant } = this.#unit.scope;
    const accepted = await compare({ key, method, input, tenant, vault: engine.store.vault }, materials);
    if (accepted.isErr()) return refused("unavailable", accepted.error);
    if (accepted.value === undefined) return refused(refusalOf(state, credentials), invalidCredentials());
    if (state === undefined || state.removedAt !== null) return refused("removed", invalidCredentials());
    return this.#proved(counted, key, { user: state, credential: accepted.value });
  }

  async #judgeChallenge(counted: Counted, purpose: ChallengePurpose, shown: Shown): Promise<Judged & { readonly challenge?: Challenge }> {
    const { tenant } = this.#unit.scope;
    const judged = await judgeChallenge(this.#services, counted, { tenant, purpose, shown });
    if ("refusal" in judged) return refused(judged.refusal, challengeInvalid());
    const { user, challenge } = judged;
    return { ...this.#proved(counted, challenge.channel, { user }), challenge };
  }

  #proved(counted: Counted, method: string, seen: Pick<Sight, "user" | "credential">): Judged {
    const { engine } = this.#services;
    const userId = UserId.parse(counted.aggregate?.id).unwrapOr(undefined);
    if (userId === undefined) return refused("stranger", invalidCredentials());
    const { tenant } = this.#unit.scope;
    const proof = { userId, tenant, method, at: timestamp(engine.clock.now()) };
    return { outcome: ok(mintVerified(proof, { ...seen, application: engine, alongside: counted.alongside })), refusal: "wrong" };
  }

  #event(counted: Counted, method: string, { outcome, refusal }: Judged): DomainEvent<keyof typeof proofEvents> {
    const { engine } = this.#services;
    const [type, payload] = outcome.isOk()
      ? (["proof-succeeded", { method }] as const)
      : (["proof-failed", { method, cause: refusal }] as const);
    return guardEvent(engine, occasion(engine, this.#unit.scope), {
      type,
      version: proofEvents[type].version,
      publisher: { kind: "attempts", id: counted.counter, version: null },
      subject: counted.aggregate?.id ?? null,
      payload,
    });
  }
}

/** More guesses than anybody makes, and what every store can count. */
const NEVER = 2 ** 30;

type Judged = Pick<Verdict, "outcome" | "refusal">;

const refused = (refusal: ProofRefusal, error: ProofError | DomainError): Judged => ({ outcome: err(error), refusal });

const isStoreError = (error: unknown): boolean => isDomainError(error) && error.code.startsWith("store-");

function refusalOf(state: UserState | undefined, credentials: readonly CredentialDescriptor[]): ProofRefusal {
  if (state === undefined) return "stranger";
  if (state.removedAt !== null) return "removed";
  return credentials.length === 0 ? "no-credential" : "wrong";
}

export const methodUnknown = (method: string): MethodUnknown =>
  domainError("method-unknown", "no authentication method of this key is configured", { method: excerpt(method) });
