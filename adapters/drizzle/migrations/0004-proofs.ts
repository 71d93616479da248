import type { Names } from "../names.js";

/**
 * Credentials that were proved, and users who have to reset their password. An older version may go on beside it, which leaves out
 * what is new: what it adds meanwhile counts as not proved. Everything that is there asks for itself at log-ins, and goes on doing so.
 */
export const proofs = ({ quoted: t }: Names): string => `
alter table ${t.users} add column password_reset_required boolean not null default false;
alter table ${t.user_credentials} add column confirmed_at timestamp with time zone;
update ${t.user_credentials} set confirmed_at = created_at;
`;
