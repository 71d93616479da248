import type { Timestamp } from "../kernel/clock.js";

/** An e-mail or phone of a user's: exactly one of each kind is primary as long as there is any. */
export type Address<Value extends string> = {
  readonly value: Value;
  readonly primary: boolean;
  /** When its owner proved it; null for a mere claim. */
  readonly verifiedAt: Timestamp | null;
};

// An erased event names no address: nothing changes, and the shape of the log stays.

export const add = <Value extends string>(
  all: readonly Address<Value>[],
  value: Value | undefined,
  primary: boolean,
): readonly Address<Value>[] => (value === undefined ? all : [...all, { value, primary, verifiedAt: null }]);

export const remove = <Value extends string>(all: readonly Address<Value>[], value: Value | undefined): readonly Address<Value>[] =>
  all.filter((address) => address.value !== value);

export const verify = <Value extends string>(
  all: readonly Address<Value>[],
  value: Value | undefined,
  at: Timestamp,
): readonly Address<Value>[] => all.map((address) => (address.value === value ? { ...address, verifiedAt: at } : address));

export const makePrimary = <Value extends string>(all: readonly Address<Value>[], value: Value | undefined): readonly Address<Value>[] =>
  value === undefined ? all : all.map((address) => ({ ...address, primary: address.value === value }));
