import { randomBytes } from "node:crypto";
import type { Local } from "../support/local.js";

const key = () => `1:${randomBytes(32).toString("base64")}`;

export const local: Local = {
  environment: () => ({ KEYS: key(), JWT_KEYS: key() }),
  processes: ["server", "worker"],
  tryIt: (url) => `Open ${url}/ in a browser to sign up, or ${url}/docs/ for the API. Mails and texts are printed here, by the worker. Or:

  curl --json '{"name":"Ada","surname":"Lovelace","email":"ada@example.com","phone":"+34600123456","hobbies":["mathematics"],"password":"correct horse battery staple"}' ${url}/api/v1/signup/

  curl -i --json '{"email":"ada@example.com","code":"CODE IN THE MAIL","password":"correct horse battery staple"}' ${url}/api/v1/signup/confirm-email/

  curl -i --json '{"phone":"+34600123456","code":"CODE IN THE TEXT","password":"correct horse battery staple"}' ${url}/api/v1/signup/confirm-phone/

  curl --json '{"email":"ada@example.com","password":"correct horse battery staple"}' ${url}/api/v1/login/

  curl -H 'authorization: Bearer ACCESS TOKEN' ${url}/api/v1/profile/`,
};
