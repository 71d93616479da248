import type { PgTable } from "drizzle-orm/pg-core";
import type { UserState } from "denizen";
import type { Json } from "denizen/ports";
import { inOrder, instant } from "./mapping.js";
import type { Mapping, Row } from "./mapping.js";

/** How a user is kept: one row, and a row for each e-mail, phone and credential. */
export const usersMapping = (
  tables: Readonly<Record<"users" | "userEmails" | "userPhones" | "userCredentials", PgTable>>,
): Mapping<UserState> => ({
  tables: {
    users: {
      table: tables.users,
      aggregate: "id",
      columns: [
        "display_name",
        "given_name",
        "family_name",
        "username",
        "username_skeleton",
        "attributes",
        "password_reset_required",
        "created_at",
        "removed_at",
      ],
    },
    emails: {
      table: tables.userEmails,
      aggregate: "user_id",
      key: ["address"],
      columns: ["address", "ordinal", "is_primary", "verified_at"],
    },
    phones: {
      table: tables.userPhones,
      aggregate: "user_id",
      key: ["number"],
      columns: ["number", "ordinal", "is_primary", "verified_at"],
    },
    credentials: {
      table: tables.userCredentials,
      aggregate: "user_id",
      key: ["id"],
      columns: ["id", "ordinal", "kind", "label", "created_at", "confirmed_at"],
    },
  },

  write: ({ name, username, emails, phones, credentials, attributes, passwordResetRequired, createdAt, removedAt }) => ({
    users: [
      {
        display_name: name?.display ?? null,
        given_name: name?.given ?? null,
        family_name: name?.family ?? null,
        username: username?.value ?? null,
        username_skeleton: username?.skeleton ?? null,
        attributes,
        password_reset_required: passwordResetRequired,
        created_at: createdAt,
        removed_at: removedAt,
      },
    ],
    emails: emails.map((email, ordinal) => ({ address: email.value, ordinal, is_primary: email.primary, verified_at: email.verifiedAt })),
    phones: phones.map((phone, ordinal) => ({ number: phone.value, ordinal, is_primary: phone.primary, verified_at: phone.verifiedAt })),
    credentials: credentials.map(({ id, kind, label, createdAt, confirmedAt }, ordinal) => ({
      id,
      ordinal,
      kind,
      label,
      created_at: createdAt,
      confirmed_at: confirmedAt,
    })),
  }),

  read: ({ users: [user = {}] = [], emails = [], phones = [], credentials = [] }) => ({
    name: nameOf(user),
    username: user["username"] == null ? null : { value: user["username"], skeleton: user["username_skeleton"] },
    emails: inOrder(emails).map((row) => ({ value: row["address"], primary: row["is_primary"], verifiedAt: instant(row["verified_at"]) })),
    phones: inOrder(phones).map((row) => ({ value: row["number"], primary: row["is_primary"], verifiedAt: instant(row["verified_at"]) })),
    credentials: inOrder(credentials).map((row) => ({
      id: row["id"],
      kind: row["kind"],
      label: row["label"],
      createdAt: instant(row["created_at"]),
      // A password is proved by choosing it; an older version does not say so.
      confirmedAt: instant(row["confirmed_at"] ?? (row["kind"] === "password" ? row["created_at"] : null)),
    })),
    attributes: user["attributes"] ?? {},
    passwordResetRequired: user["password_reset_required"] === true,
    createdAt: instant(user["created_at"]) ?? "",
    removedAt: instant(user["removed_at"]),
  }),
});

function nameOf({ display_name: display, given_name: given, family_name: family }: Row): Json {
  if (display == null) return null;
  return { display, ...(given == null ? {} : { given }), ...(family == null ? {} : { family }) };
}
