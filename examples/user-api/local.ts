import { randomBytes } from "node:crypto";
import type { Local } from "../support/local.js";

export const local: Local = {
  environment: () => ({ KEYS: `1:${randomBytes(32).toString("base64")}` }),
  processes: ["server"],
  tryIt: (url) => `Try it, or open ${url}/docs/ in a browser:

  curl --json '{"name":"John","surname":"Doe","email":"john@doe.com","password":"correct horse battery staple"}' ${url}/user/
  curl --json '{"email":"john@doe.com","password":"correct horse battery staple"}' ${url}/user/activate/
  curl --json '{"email":"john@doe.com","password":"correct horse battery staple"}' ${url}/user/signin/
  curl --json '{"email":"john@doe.com","password":"correct horse battery staple"}' ${url}/user/deactivate/`,
};
