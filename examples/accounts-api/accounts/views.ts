import { z } from "@hono/zod-openapi";
import type { Tokens } from "denizen";
import type { AccountRow } from "denizen/ports";

const ROLES = ["super-admin", "admin", "user"] as const;

export const role = z.enum(ROLES);

export const tokenPair = z
  .object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number().openapi({ description: "Seconds." }) })
  .openapi("TokenPair", { example: { access_token: "eyJhbGciOi…", refresh_token: "dr_6f1c…", expires_in: 900 } });

export const tokenPairOf = ({ accessToken, refreshToken, accessTokenExpiresAt }: Tokens): z.infer<typeof tokenPair> => ({
  access_token: accessToken,
  refresh_token: refreshToken,
  expires_in: Math.round((Date.parse(accessTokenExpiresAt) - Date.now()) / 1000),
});

export const account = z
  .object({ id: z.string(), email: z.string().nullable(), role, is_active: z.boolean() })
  .openapi("Account", { example: { id: "019aa4c1-…", email: "john@doe.com", role: "user", is_active: true } });

/** The highest role that it holds; who holds none is a user like any other. */
export const accountOf = ({ id, email, roles, status }: AccountRow): z.infer<typeof account> => ({
  id,
  email,
  role: ROLES.find((name) => roles.some((grant) => grant.role === name)) ?? "user",
  is_active: status === "active",
});

export const accountPage = z
  .object({
    accounts: z.array(account),
    next: z.string().nullable().openapi({ description: "The next page's `after`; null on the last page, and for pages by `offset`." }),
    total: z.number().nullable().openapi({ description: "How many there are in all, for pages by `offset`." }),
  })
  .openapi("AccountPage");
