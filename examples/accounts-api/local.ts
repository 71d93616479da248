import { randomBytes } from "node:crypto";
import type { Local } from "../support/local.js";

const secret = () => randomBytes(48).toString("base64");

export const local: Local = {
  environment: () => ({ APP_ENV: "local", KEYS: `1:${randomBytes(32).toString("base64")}`, JWT_SECRET: secret(), PEPPER: secret() }),
  processes: ["server"],
  tryIt: (url, settings) => `Try it, or open ${url}/docs/ in a browser:

  curl --json '{"email":"you@example.com","password":"correct horse battery staple"}' ${url}/api/v1/accounts/signup
  TOKEN=$(curl -s --json '{"email":"you@example.com","password":"correct horse battery staple"}' ${url}/api/v1/accounts/login | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')
  curl -H "Authorization: Bearer $TOKEN" ${url}/api/v1/accounts/me
  curl -H "Authorization: Bearer $TOKEN" -X PUT --json '{"username":"ada.lovelace"}' ${url}/api/v1/profiles/me/username

The first super admin is made here, and by no request:

  npx tsx --env-file=${settings} examples/accounts-api/super-admin.ts you@example.com
  curl -H "Authorization: Bearer $TOKEN" ${url}/api/v1/accounts/`,
};
