import { randomBytes } from "node:crypto";
import type { Local } from "../support/local.js";

export const local: Local = {
  environment: () => ({ KEYS: `1:${randomBytes(32).toString("base64")}`, JWT_SECRET: randomBytes(32).toString("base64") }),
  processes: ["server"],
  tryIt: (url, settings) => `Mails are printed here. Try it, or open ${url}/docs/ in a browser:

  curl -d first_name=Ada -d last_name=Lovelace -d email=ada@example.com -d 'password=correct horse battery staple' ${url}/api/v1/users
  curl -d email=ada@example.com -d 'password=correct horse battery staple' ${url}/api/v1/login
  TOKEN=…
  curl -H "Authorization: Bearer $TOKEN" --json '{"planet_name":"Vulcan","planet_type":"rocky","home_star":"Sun","mass":0.1,"radius":0.2,"distance":0.9}' ${url}/api/v1/planets
  curl -H "Authorization: Bearer $TOKEN" ${url}/planets

Make her an administrator:

  npx tsx --env-file=${settings} examples/planets-api/admin.ts ada@example.com`,
};
