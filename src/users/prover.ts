import { timestamp } from "../kernel/clock.js";
import type { InvalidScope, UnitAccess, UnitClosed } from "../kernel/definition.js";
import { domainError } from "../kernel/error.js";
import type { DomainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { excerpt } from "../kernel/text.js";
import type { Counted } from "../ports/attempts.js";
import type { AuthenticationMethod } from "../ports/authentication-method.js";
import type { Lookup, StoreError } from "../ports/store.js";
import { metadataFor, storedForm } from "../unit/batch.js";
import type { InvalidCredentials, MethodFailed, MethodUnknown, ProofInsideTransaction, TooManyAttempts } from "./errors.js";
import { compare } from "./compare.js";
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
}

interface Verdict {
  readonly verified: Verified | undefined;
  readonly refusal: ProofRefusal;
  readonly error: ProofError | DomainError;
}

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

  async prove({ target, method: key, input }: Proof): Promise<Result<Verified, ProofError | DomainError>> {
    const { methods, engine } = this.#services;
    const usable = this.#unit.usable();
    if (usable.isErr()) return err(usable.error);
    const method = Object.hasOwn(methods, key) ? methods[key] : undefined;
    if (method === undefined) return err(methodUnknown(key));
    if (this.#unit.inTransaction) {
      return err<never, ProofInsideTransaction>(
        domainError("proof-inside-transaction", "prove before the transaction is opened, or in a unit of its own"),
      );
    }
    const counted = await this.#count(target, key);
    if (counted.isErr()) return err(counted.error);
    const verdict = await this.#judge(counted.value, key, method, input);
    const settled = await this.#settle(counted.value, key, verdict);
    if (settled.isErr()) return err(settled.error);
    engine.bus.ring([settled.value]);
    return verdict.verified === undefined ? err(verdict.error) : ok(verdict.verified);
  }

  async #count(target: Lookup, method: string): Promise<Result<Counted, StoreError>> {
    const { engine, attempts } = this.#services;
    const { tenant } = this.#unit.scope;
    const now = engine.clock.now();
    const stranger = await this.#services.stranger(JSON.stringify([tenant, target]));
    return engine.store.attempts.count({
      tenant,
      target,
      method,
      stranger,
      at: timestamp(now),
      windowStart: timestamp(now - attempts.window),
    });
  }

  async #judge(counted: Counted, key: string, method: AuthenticationMethod<never>, input: unknown): Promise<Verdict> {
    const { engine, attempts } = this.#services;
    if (counted.count > attempts.limit) {
      const retryAt = timestamp(Date.parse(counted.since) + attempts.window);
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
    if (userId === undefined || state?.removedAt !== null) return refused("removed", invalidCredentials());
    const verified = mintVerified({ userId, tenant, method: key, at: timestamp(engine.clock.now()) });
    return { verified, refusal: "wrong", error: invalidCredentials() };
  }

  async #settle(counted: Counted, method: string, { verified, refusal }: Verdict): Promise<Result<DomainEvent, StoreError>> {
    const { store } = this.#services.engine;
    const { tenant } = this.#unit.scope;
    const event = this.#event(
      counted,
      verified === undefined ? "proof-failed" : "proof-succeeded",
      verified === undefined ? { method, cause: refusal } : { method },
    );
    const events = [storedForm(event, proofEvents[event.type])];
    const settled = await store.attempts.settle({ tenant, method, counter: counted.counter, succeeded: verified !== undefined, events });
    return settled.map(() => event);
  }

  #event<Type extends keyof typeof proofEvents>(counted: Counted, type: Type, payload: object): DomainEvent<Type> {
    const { ids, clock } = this.#services.engine;
    return Object.freeze({
      id: ids.next(),
      type,
      version: proofEvents[type].version,
      occurredAt: timestamp(clock.now()),
      publisher: { kind: "attempts", id: counted.counter, version: null },
      subject: counted.aggregate?.id ?? null,
      payload: Object.freeze(payload),
      metadata: metadataFor(this.#unit.scope, ids.next()),
    });
  }
}

const refused = (refusal: ProofRefusal, error: ProofError | DomainError): Verdict => ({ verified: undefined, refusal, error });

function refusalOf(state: UserState | undefined, credentials: readonly CredentialDescriptor[]): ProofRefusal {
  if (state === undefined) return "stranger";
  if (state.removedAt !== null) return "removed";
  return credentials.length === 0 ? "no-credential" : "wrong";
}

const invalidCredentials = (): InvalidCredentials => domainError("invalid-credentials", "these credentials are not valid");

export const methodUnknown = (method: string): MethodUnknown =>
  domainError("method-unknown", "no authentication method of this key is configured", { method: excerpt(method) });
