import type { DenizenError } from "denizen";
import type { InternalError, ProblemTypes } from "./problem-type.js";
import { frozen } from "./table.js";

const FAULT = { status: 500, title: "Something went wrong here" } as const;
const BUSY = { status: 503, title: "This is not available for the moment" } as const;

/**
 * What clients are told of every code of denizen's. A member is shown only when the client sent it or needs it to go on: no ids, no
 * names of what is inside, nothing at all of a fault. What a client sent as text is not repeated to it either.
 */
export const problems = frozen({
  // 422: the request was read, and is refused for what it says. One status for all of it, in a body, a path or a query, because the
  // core does not know where a value came from; 400 is left to whoever parses HTTP and JSON.
  "invalid-argument": { status: 422, title: "A part of the request is not valid", shows: ["message", "argument", "reason"] },
  "attributes-invalid": { status: 422, title: "The attributes are not valid", shows: ["issues"] },
  "email-invalid": { status: 422, title: "This is not an e-mail address", shows: ["message", "reason"] },
  "phone-invalid": { status: 422, title: "This is not a phone number", shows: ["message", "reason"] },
  "username-invalid": { status: 422, title: "This cannot be a username", shows: ["message", "reason"] },
  "name-invalid": { status: 422, title: "This cannot be a name", shows: ["message", "reason"] },
  "user-id-invalid": { status: 422, title: "This cannot be the id of a user", shows: ["message", "reason"] },
  "password-rejected": { status: 422, title: "This password cannot be used", shows: ["message", "reason", "minimum"] },
  "password-unchanged": { status: 422, title: "The new password is the current one" },
  "role-unknown": { status: 422, title: "There is no such role", shows: ["role"] },
  "method-unknown": { status: 422, title: "There is no such way to log in", shows: ["method"] },
  "cloud-event-invalid": { status: 422, title: "This is no CloudEvent" },
  "cursor-invalid": { status: 422, title: "This list has no such page" },
  "row-invalid": { status: 422, title: "These values are not valid" },

  // 401: who asks has not proved who it is, or not enough of it; `problemHeaders` adds the challenge that RFC 9110 §15.5.2 asks for.
  // A missing second factor is here and not under 403, as in RFC 9470: proving more does help.
  "not-authenticated": { status: 401, title: "This takes a log-in" },
  "access-token-invalid": { status: 401, title: "The access token is not valid" },
  "refresh-token-invalid": { status: 401, title: "The refresh token is not valid" },
  "invalid-credentials": { status: 401, title: "These credentials are not valid" },
  "challenge-invalid": { status: 401, title: "This code or link is not valid" },
  "proof-expired": { status: 401, title: "The proof is not valid any more" },
  "pending-log-in-invalid": { status: 401, title: "This log-in cannot be completed any more" },
  "second-factor-required": { status: 401, title: "This takes a second factor", shows: ["methods"] },

  // 403: it is known who asks, and a new log-in would not help. Only whoever has proved to own an account is told of its status.
  "not-authorized": { status: 403, title: "This is not allowed" },
  "account-missing": { status: 403, title: "There is no account for this user" },
  "account-pending": { status: 403, title: "This account waits for its activation" },
  "account-deactivated": { status: 403, title: "This account was deactivated by its owner" },
  "account-suspended": { status: 403, title: "This account was suspended by an administrator" },
  "password-reset-required": { status: 403, title: "The password has to be reset first" },
  // Not 404 or 405: the address is right, and another configuration would answer it.
  "command-disabled": { status: 403, title: "This is switched off here" },

  "not-found": { status: 404, title: "There is no such thing", shows: ["kind"] },
  "user-not-found": { status: 404, title: "There is no such user" },
  "account-not-found": { status: 404, title: "There is no such account" },
  "session-not-found": { status: 404, title: "There is no such session" },
  "credential-unknown": { status: 404, title: "There is no such credential" },
  "address-unknown": { status: 404, title: "The user has no such address", shows: ["kind"] },
  "row-not-found": { status: 404, title: "There is no such thing" },

  // For the person it is about, who has what was sent to the address.
  "credentials-unproved": { status: 409, title: "A credential of this user has to be proved as well" },

  // 410: it was there and will not come back.
  "user-removed": { status: 410, title: "This user was removed" },
  "account-closed": { status: 410, title: "This account was closed" },

  // 409: the request is fine, and something else is in its way that may be gone another time.
  "email-taken": { status: 409, title: "This e-mail address is taken", shows: ["email"] },
  "phone-taken": { status: 409, title: "This phone number is taken", shows: ["phone"] },
  "username-taken": { status: 409, title: "This username is taken", shows: ["username"] },
  "username-confusable": { status: 409, title: "This username looks like a taken one" },
  // The key of an identifier is a canonical form of the store's, and an id is nobody's business.
  "identifier-taken": { status: 409, title: "This is taken", shows: ["kind"] },
  "id-taken": { status: 409, title: "This exists already", shows: ["kind"] },
  // Of a host's table clients learn no names: of itself, its constraints and its columns.
  "row-exists": { status: 409, title: "This exists already" },
  "row-in-use": { status: 409, title: "Something else needs this" },
  "multiple-rows": { status: 409, title: "This is the name of more than one" },
  "table-in-use": { status: 409, title: "This is in use" },
  ambiguous: { status: 409, title: "This is the name of more than one", shows: ["kind"] },
  "user-ambiguous": { status: 409, title: "This is the name of more than one user" },
  "address-already-added": { status: 409, title: "The user has this address already", shows: ["kind"] },
  "address-is-primary": { status: 409, title: "This is the primary address", shows: ["kind"] },
  "too-many-addresses": { status: 409, title: "The user has as many addresses as possible", shows: ["kind", "limit"] },
  "account-protected": { status: 409, title: "This account is protected by its role" },
  "last-role-holder": { status: 409, title: "Nobody else holds this role", shows: ["role"] },
  "concurrency-conflict": { status: 409, title: "Somebody else was faster" },
  "command-repeated": { status: 409, title: "This was done before" },
  // A rule of the host's said no, with a code that its table does not have; with one that it has, that is the problem told.
  vetoed: { status: 409, title: "A rule is against this" },

  "too-many-attempts": { status: 429, title: "There were too many attempts", shows: ["retryAt"] },

  // 503: nothing was done, and the same request may succeed in a moment.
  "store-unavailable": BUSY,
  "store-busy": BUSY,
  "hasher-busy": BUSY,
  "breach-check-unavailable": BUSY,

  // Not 503, which invites everyone on the way to try again: it may have happened, and would then happen twice.
  "commit-outcome-unknown": { status: 500, title: "It is not known whether this was done" },

  // 500: the host's wiring, code or database. No request is to blame, so none is told what.
  "internal-error": FAULT,
  "store-failed": FAULT,
  "hasher-failed": FAULT,
  "access-tokens-failed": FAULT,
  "method-failed": FAULT,
  "publish-failed": FAULT,
  "message-failed": FAULT,
  "not-storable": FAULT,
  "history-invalid": FAULT,
  "transaction-broken": FAULT,
  "work-threw": FAULT,
  "subscriber-threw": FAULT,
  "subscriber-timed-out": FAULT,
  "subscriber-loop": FAULT,
  // An `err` without a code is no rule that said no: mostly an exception that somebody turned into a result.
  "subscriber-refused": FAULT,
  // Durable subscribers are the host's own; a request that names one comes from whoever runs the system.
  "subscriber-unknown": { status: 404, title: "There is no such subscriber" },
  "delivery-unknown": { status: 404, title: "No such event waits for this subscriber" },
  unsettled: FAULT,
  "worker-stopped": FAULT,
  "event-unreadable": FAULT,
  "handler-refused": FAULT,
  "handler-threw": FAULT,
  "handler-timed-out": FAULT,
  "unit-closed": FAULT,
  "unit-busy": FAULT,
  "foreign-aggregate": FAULT,
  // The scope is the host's to make. One that takes its tenant from the request may map this to 404.
  "invalid-scope": FAULT,
  "proof-inside-transaction": FAULT,
  "credential-not-saved": FAULT,
} as const satisfies ProblemTypes<DenizenError | InternalError>);
