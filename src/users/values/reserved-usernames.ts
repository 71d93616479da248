/**
 * Names that nobody signs up with, in the form in which they are compared: without separators. Mailboxes of RFC 2142 and of the
 * CA/Browser Forum's domain validation, names that speak for the operator, and names that routes and programs give a meaning.
 */
export const RESERVED_USERNAMES: readonly string[] = Object.freeze(
  [
    "abuse admin administrator admins hostmaster info mailerdaemon marketing noc postmaster sales ssladmin ssladministrator",
    "sslwebmaster support sysadmin usenet uucp webmaster www noreply donotreply bounce nobody",
    "anonymous denizen guest help helpdesk legal moderator official operator owner privacy root security staff",
    "su sudo superadmin superadministrator superuser system team",
    "account accounts api app assets auth billing cdn config console dashboard docs ftp imap index localhost login logout mail me myself",
    "oauth oidc pop3 profile register robots self session sessions settings setup signin signout signup smtp sso static username users",
    "all channel everybody everyone here false null true undefined nan wellknown",
  ]
    .join(" ")
    .split(" "),
);
