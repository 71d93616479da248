import { timestamp } from "../kernel/clock.js";
import type { InvalidScope, UnitAccess, UnitClosed } from "../kernel/definition.js";
import { domainError, isDomainError } from "../kernel/error.js";
import type { DomainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { excerpt } from "../kernel/text.js";
import type { Counted, Guess, Settlement } from "../ports/attempts.js";
import type { AuthenticationMethod } from "../ports/authentication-method.js";
import type { Lookup, StoreError } from "../ports/store.js";
import { storedForm } from "../unit/batch.js";
import { guardEvent } from "../unit/guard-event.js";
import type { InvalidCredentials, MethodFailed, MethodUnknown, ProofInsideTransaction, TooManyAttempts } from "./errors.js";
import { compare } from "./compare.js";
import { invalidCredentials } from "./errors.js";
import { proofEvents } from "./events.js";
import type { CredentialDescriptor, ProofRefusal } from "./events.js";
import type { UserServices } from "./services.js";
import type { UserState } from "./state.js";
import { UserId } from "./values/user-id.js";
import { mintVerified } from "./verified.js";
import type { Verified } from "./verified.js";

/** All that a proof can answer besides the failures of its authentication method. */
export type ProofError =
  UnitClosed | InvalidScope | InvalidCredentials | TooManyAttempts | MethodUnknown | MethodFailed | ProofInsideTransaction | StoreError;

/** Whose proof it is, and which method proves it with what. */
export interface Proof {
  readonly target: Lookup;
  readonly method: string;
  readonly input: unknown;
  /** A device from which this user was proved before. */
  readonly device?: Guess["device"] | undefined;
}

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
  async proveAnd<Value, E>(proof: Proof, conclude: Conclude<Value, E>): Promise<Result<Value, E | ProofError>> {
    const { methods, engine } = this.#services;
    const { method: key, input } = proof;
    const usable = this.#unit.usable();
    if (usable.isErr()) return err(usable.error);
    const method = Object.hasOwn(methods, key) ? methods[key] : undefined;
    if (method === undefined) return err(methodUnknown(key));
    if (this.#unit.inTransaction) {
      return err<never, ProofInsideTransaction>(
        domainError("proof-inside-transaction", "prove before the transaction is opened, or in a unit of its own"),
      );
    }
    const counted = await this.#count(proof);
    if (counted.isErr()) return err(counted.error);
    const judged = await this.#judge(counted.value, key, method, input);
    const event = this.#event(counted.value, key, judged);
    const outcome = judged.outcome.isOk() ? "ok" : judged.refusal;
    engine.instrumentation.count("denizen.proofs", 1, { "denizen.method": key, "denizen.outcome": outcome });
    const concluded = await conclude({
      ...judged,
      subject: counted.value.aggregate?.id ?? null,
      settlement: {
        tenant: this.#unit.scope.tenant,
        method: key,
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

  async #count({ target, method, device }: Proof): Promise<Result<Counted, StoreError>> {
    const { engine, lockout, alongside } = this.#services;
    const { tenant } = this.#unit.scope;
    const stranger = await this.#services.stranger(JSON.stringify([tenant, target]));
    const at = timestamp(engine.clock.now());
    return engine.store.attempts.count({
      tenant,
      target,
      method,
      stranger,
      at,
      lockout,
      alongside,
      ...(device === undefined ? {} : { device: { holder: device.holder, name: device.name } }),
    });
  }

  async #judge(counted: Counted, key: string, method: AuthenticationMethod<never>, input: unknown): Promise<Judged> {
    const { engine } = this.#services;
    if (counted.refusedUntil !== null) {
      const retryAt = counted.refusedUntil;
      return refused("too-many-attempts", domainError("too-many-attempts", "too many guesses: wait, then try again", { retryAt }));
    }
    // Stored by the users context itself, which is the only one that registers this kind.
    const state = counted.aggregate?.state as UserState | undefined;
    const credentials = state?.credentials.filter(({ kind }) => kind === key) ?? [];
    const materials = counted.materials.filter(({ credentialId }) => credentials.some(({ id }) => id === credentialId));
    const { tenant } = this.#unit.scope;
    const accepted = await compare({ key, method, input, tenant, vault: engine.store.vault }, materials);
    if (accepted.isErr()) return refused("unavailable", accepted.error);
    if (!accepted.value) return refused(refusalOf(state, credentials), invalidCredentials());
    const userId = counted.aggregate === undefined ? undefined : UserId.parse(counted.aggregate.id).unwrapOr(undefined);
    if (userId === undefined || state === undefined || state.removedAt !== null) return refused("removed", invalidCredentials());
    const proof = { userId, tenant, method: key, at: timestamp(engine.clock.now()) };
    return { outcome: ok(mintVerified(proof, { application: engine, user: state, alongside: counted.alongside })), refusal: "wrong" };
  }

  #event(counted: Counted, method: string, { outcome, refusal }: Judged): DomainEvent<keyof typeof proofEvents> {
    const { engine } = this.#services;
    const [type, payload] = outcome.isOk()
      ? (["proof-succeeded", { method }] as const)
      : (["proof-failed", { method, cause: refusal }] as const);
    return guardEvent(engine, this.#unit.scope, {
      type,
      version: proofEvents[type].version,
      publisher: { kind: "attempts", id: counted.counter, version: null },
      subject: counted.aggregate?.id ?? null,
      payload,
    });
  }
}

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
