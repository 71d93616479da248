import type { InvalidScope, UnitClosed } from "./kernel/definition.js";
import type { DomainError } from "./kernel/error.js";
import type { CommitOutcomeUnknown, ConcurrencyConflict, IdentifierTaken, IdTaken, StoreError } from "./ports/store.js";
import type { TakenErrors, Types } from "./types.js";

/** A subscriber inside the transaction said no; everything was rolled back. */
export type Vetoed<Reason extends DomainError = never> =
  /** One that the configuration declares: its reasons are known to the compiler. */
  | (DomainError<"vetoed"> & { readonly subscriber: "declared"; readonly reason: Reason | SubscriberFailed })
  /** One that was subscribed later, or a statement whose error was swallowed. */
  | (DomainError<"vetoed"> & { readonly subscriber: "dynamic"; readonly reason: DomainError });

/** How a subscriber fails that returns no `err`: it threw (`cause` is what), took too long, or swallowed an SQL error. */
export type SubscriberFailed =
  (DomainError<"subscriber-threw"> & { readonly cause: unknown }) | DomainError<"subscriber-timed-out"> | DomainError<"transaction-broken">;

/** Subscribers kept answering each other's changes with further changes. */
export type SubscriberLoop = DomainError<"subscriber-loop"> & { readonly depth: number };

/** The unit is committing; a unit does one thing at a time. */
export type UnitBusy = DomainError<"unit-busy">;

/** The aggregate belongs to another unit of work: save it there, or load it here. */
export type ForeignAggregate = DomainError<"foreign-aggregate">;

/** Something in a state or a payload is not JSON that every store keeps alike; `path` says where. */
export type NotStorable = DomainError<"not-storable"> & { readonly path: string };

/** Nothing was found. */
export type NotFound = DomainError<"not-found"> & { readonly kind: string };

/** More than one was found by something that several may share. */
export type Ambiguous = DomainError<"ambiguous"> & { readonly kind: string };

export type { InvalidScope, UnitClosed };

export type UnitError = UnitClosed | UnitBusy | InvalidScope;

export type LoadError = UnitError | StoreError | ConcurrencyConflict;

/** All that `commit()` can answer. */
export type CommitError<T extends Types = Types> =
  | UnitError
  | StoreError
  | ConcurrencyConflict
  | CommitOutcomeUnknown
  | IdTaken
  | IdentifierTaken
  | TakenErrors<T>
  | Vetoed<T["reason"]>
  | SubscriberLoop
  | NotStorable;

/** The block given to `transact` threw. Everything was rolled back; `cause` is what it threw. */
export type WorkThrew = DomainError<"work-threw"> & { readonly cause: unknown };
