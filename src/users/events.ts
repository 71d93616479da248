import type { Timestamp } from "../kernel/clock.js";
import { erasure, event, personalEvent } from "../kernel/event.js";
import type { PayloadMap } from "../kernel/event.js";
import type { Json } from "../kernel/json.js";
import type { Email } from "./values/email.js";
import type { PersonName } from "./values/person-name.js";
import type { PhoneNumber } from "./values/phone-number.js";
import type { Username } from "./values/username.js";

/** What a user keeps of a credential. The secret itself is in the vault, under this id. */
export type CredentialDescriptor = {
  readonly id: string;
  /** The key of its authentication method: `password`, `totp`, … */
  readonly kind: string;
  readonly label: string | null;
  readonly createdAt: Timestamp;
  /** When it was first proved; null for one that was only set up, which asks nothing of a log-in yet. */
  readonly confirmedAt: Timestamp | null;
};

/** The host's own fields, as its schema gave them out. */
export type Attributes = { readonly [field: string]: Json | undefined };

/** Everything that can happen to a user. */
export const userEvents = {
  "user-created": personalEvent<{ name: PersonName; attributes: Attributes }>()("name", "attributes"),
  "name-changed": personalEvent<{ name: PersonName }>()("name"),
  /** `skeleton` is the form in which look-alikes are the same (UTS #39); both are null when the username was given up. */
  "username-changed": personalEvent<{ username: Username | null; skeleton: string | null }>()("username", "skeleton"),
  "attributes-changed": personalEvent<{ attributes: Attributes }>()("attributes"),
  "email-added": personalEvent<{ email: Email; primary: boolean }>()("email"),
  "email-verified": personalEvent<{ email: Email }>()("email"),
  "email-removed": personalEvent<{ email: Email }>()("email"),
  "primary-email-changed": personalEvent<{ email: Email }>()("email"),
  "phone-added": personalEvent<{ phone: PhoneNumber; primary: boolean }>()("phone"),
  "phone-verified": personalEvent<{ phone: PhoneNumber }>()("phone"),
  "phone-removed": personalEvent<{ phone: PhoneNumber }>()("phone"),
  "primary-phone-changed": personalEvent<{ phone: PhoneNumber }>()("phone"),
  /** A password was set for the first time, or one was replaced; never says what it is. */
  "password-changed": event<{ credentialId: string; replaced: boolean }>(),
  /** `confirmed` when enrolling has proved it. Those of version 1 asked for themselves at every log-in: that they go on doing. */
  "credential-added": personalEvent<{ credentialId: string; kind: string; label: string | null; confirmed: boolean }>(2, {
    1: (payload) => ({ ...payload, confirmed: true }),
  })("label"),
  /** It was proved for the first time. */
  "credential-confirmed": event<{ credentialId: string; kind: string }>(),
  "credential-removed": event<{ credentialId: string; kind: string }>(),
  /** Nobody logs in as this user before there is a new password. */
  "password-reset-required": event(),
  "user-removed": event(),
  /** All that is known of him is forgotten, here and in the log; his identifiers are anybody's again. */
  "user-erased": erasure(),
} as const;

export type UserEvents = typeof userEvents;
export type UserPayloads = PayloadMap<UserEvents>;

/** Why a proof was refused, for the log; the caller is told less. */
export type ProofRefusal =
  | "wrong"
  | "no-credential"
  | "stranger"
  | "removed"
  | "too-many-attempts"
  | "unavailable"
  /** A code or link that has had its time, */
  | "expired"
  /** or of before a change of address, password or status. */
  | "outdated";

/** Traces of proofs. They are kept although the call answers `err`, so nobody inside a transaction can subscribe to them. */
export const proofEvents = {
  "proof-succeeded": event<{ method: string }>(),
  "proof-failed": event<{ method: string; cause: ProofRefusal }>(),
} as const;

export type ProofPayloads = PayloadMap<typeof proofEvents>;
