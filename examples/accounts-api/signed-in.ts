import { bearer, BEARER_SCHEME } from "../support/web/bearer.js";
import type { AccountsApplication } from "./application.js";
import { fail } from "./failures.js";

/** What every route has that takes an access token. */
export const signedIn = (application: AccountsApplication) => ({
  security: [{ [BEARER_SCHEME]: [] }],
  middleware: bearer(application, fail),
});
