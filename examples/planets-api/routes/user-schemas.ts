import { z } from "@hono/zod-openapi";
import type { PersonName } from "denizen";
import { pageLimit } from "../../support/web/schemas.js";

const example = { first_name: "Ada", last_name: "Lovelace", email: "ada@example.com" };

export const newUser = z
  .object({ first_name: z.string(), last_name: z.string(), email: z.string(), password: z.string() })
  .openapi("NewUser", { example: { ...example, password: "correct horse battery staple" } });

const secrets = { password: z.string().optional(), current_password: z.string().optional() };

export const wholeUser = newUser.omit({ password: true }).extend(secrets).openapi("UserPut", { example });
export const legacyUser = wholeUser.extend({ id: z.string() }).openapi("UserUpdate", { example: { id: "0197…", ...example } });
export const userPatch = newUser
  .partial()
  .extend(secrets)
  .openapi("UserPatch", { example: { last_name: "King" } });

export const user = z
  .object({ ...newUser.shape, id: z.string(), unconfirmed_email: z.string().optional() })
  .openapi("User", { example: { id: "0197…", ...example, password: "******" } });
export const userPage = z.object({ items: z.array(user), next: z.string().nullable() }).openapi("Users");

export const userQuery = z.object({
  order: z.enum(["created", "name"]).default("created"),
  direction: z.enum(["ascending", "descending"]).default("ascending"),
  email_verified: z.enum(["true", "false"]).optional(),
  limit: pageLimit,
  after: z.string().optional(),
});

interface Shown {
  readonly id: string;
  readonly name: Partial<Pick<PersonName, "given" | "family">> | null;
  readonly email: string | null;
  readonly unconfirmed?: string | undefined;
}

/** A user as clients see him: of a password that there is one. */
export const shown = ({ id, name, email, unconfirmed }: Shown): z.infer<typeof user> => ({
  id,
  first_name: name?.given ?? "",
  last_name: name?.family ?? "",
  email: email ?? "",
  password: "******",
  ...(unconfirmed === undefined ? {} : { unconfirmed_email: unconfirmed }),
});
