import { z } from "@hono/zod-openapi";
import type { Tokens } from "denizen";

/** In the words of OAuth (RFC 6749 §5.1), with the moment at which the access token ends. */
export const tokenPair = z
  .object({ access_token: z.string(), token_type: z.literal("Bearer"), expires_at: z.iso.datetime(), refresh_token: z.string() })
  .openapi("Tokens");

export const tokenPairOf = ({ accessToken, accessTokenExpiresAt, refreshToken }: Tokens): z.infer<typeof tokenPair> => ({
  access_token: accessToken,
  token_type: "Bearer",
  expires_at: accessTokenExpiresAt,
  refresh_token: refreshToken,
});
