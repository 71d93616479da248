import { createApi } from "../support/web/api.js";
import { serveDocs } from "../support/web/docs.js";
import type { SignUpApplication } from "./application.js";
import { confirmations } from "./confirmations.js";
import { fail } from "./failures.js";
import { health } from "./health.js";
import { pages } from "./pages.js";
import { profile } from "./profile.js";
import { sessions } from "./sessions.js";
import { signUp } from "./sign-up.js";

const about = { title: "Sign-up", version: "1.0.0", description: "Users who have proved their e-mail address and their phone" } as const;

/** What can be asked for over HTTP: the API, its documentation, and pages for people. */
export function http(application: SignUpApplication) {
  const api = createApi(fail);
  serveDocs(api, about);
  pages(api);
  health(api, application);
  signUp(api, application);
  confirmations(api, application);
  sessions(api, application);
  profile(api, application);
  return api;
}
