import type { Timestamp } from "../kernel/clock.js";
import type { Foldable } from "../kernel/event.js";
import { add, makePrimary, remove, verify } from "./addresses.js";
import type { Address } from "./addresses.js";
import type { Attributes, CredentialDescriptor, UserEvents } from "./events.js";
import type { Email } from "./values/email.js";
import type { PersonName } from "./values/person-name.js";
import type { PhoneNumber } from "./values/phone-number.js";
import type { Username } from "./values/username.js";

/** A user as it is stored: the fold of its events, and JSON. What erasure has emptied is null or missing. */
export type UserState = {
  readonly name: PersonName | null;
  readonly username: { readonly value: Username; readonly skeleton: string } | null;
  readonly emails: readonly Address<Email>[];
  readonly phones: readonly Address<PhoneNumber>[];
  readonly credentials: readonly CredentialDescriptor[];
  readonly attributes: Attributes;
  readonly passwordResetRequired: boolean;
  readonly createdAt: Timestamp;
  readonly removedAt: Timestamp | null;
};

const EMPTY: UserState = {
  name: null,
  username: null,
  emails: [],
  phones: [],
  credentials: [],
  attributes: {},
  passwordResetRequired: false,
  createdAt: "",
  removedAt: null,
};

/** Pure. An event whose personal fields were erased changes only what is left of it. */
export function evolve(state: UserState = EMPTY, event: Foldable<UserEvents>): UserState {
  const { occurredAt } = event;
  switch (event.type) {
    case "user-created":
      return { ...state, name: event.payload.name ?? null, attributes: event.payload.attributes ?? {}, createdAt: occurredAt };
    case "name-changed":
      return { ...state, name: event.payload.name ?? null };
    case "username-changed":
      return { ...state, username: usernameOf(event.payload.username, event.payload.skeleton) };
    case "attributes-changed":
      return { ...state, attributes: event.payload.attributes ?? {} };
    case "email-added":
      return { ...state, emails: add(state.emails, event.payload.email, event.payload.primary) };
    case "email-verified":
      return { ...state, emails: verify(state.emails, event.payload.email, occurredAt) };
    case "email-removed":
      return { ...state, emails: remove(state.emails, event.payload.email) };
    case "primary-email-changed":
      return { ...state, emails: makePrimary(state.emails, event.payload.email) };
    case "phone-added":
      return { ...state, phones: add(state.phones, event.payload.phone, event.payload.primary) };
    case "phone-verified":
      return { ...state, phones: verify(state.phones, event.payload.phone, occurredAt) };
    case "phone-removed":
      return { ...state, phones: remove(state.phones, event.payload.phone) };
    case "primary-phone-changed":
      return { ...state, phones: makePrimary(state.phones, event.payload.phone) };
    case "password-changed": {
      const password = { id: event.payload.credentialId, kind: "password", label: null, createdAt: occurredAt, confirmedAt: occurredAt };
      const others = state.credentials.filter(({ kind }) => kind !== "password");
      return { ...state, credentials: [...others, password], passwordResetRequired: false };
    }
    case "credential-added": {
      const { credentialId: id, kind, label = null, confirmed } = event.payload;
      const added = { id, kind, label, createdAt: occurredAt, confirmedAt: confirmed ? occurredAt : null };
      return { ...state, credentials: [...state.credentials, added] };
    }
    case "credential-confirmed": {
      const { credentialId } = event.payload;
      const confirm = (one: CredentialDescriptor) => (one.id === credentialId ? { ...one, confirmedAt: occurredAt } : one);
      return { ...state, credentials: state.credentials.map(confirm) };
    }
    case "credential-removed":
      return { ...state, credentials: state.credentials.filter(({ id }) => id !== event.payload.credentialId) };
    case "password-reset-required":
      return { ...state, passwordResetRequired: true };
    case "user-removed":
      return { ...state, credentials: [], removedAt: occurredAt };
    case "user-erased":
      return { ...EMPTY, createdAt: state.createdAt, removedAt: state.removedAt ?? occurredAt };
  }
}

/** Whether any address of the user's was ever proved. */
export const isProved = ({ emails, phones }: Pick<UserState, "emails" | "phones">): boolean =>
  [...emails, ...phones].some(({ verifiedAt }) => verifiedAt !== null);

const usernameOf = (value: Username | null | undefined, skeleton: string | null | undefined): UserState["username"] =>
  value != null && skeleton != null ? { value, skeleton } : null;
