import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "../../../examples/client.js";
import { PASSWORD as password, regular, textIn } from "../scenario.js";
import type { Call, PostOffice, Scenario, Step, Surroundings, Visitor } from "../scenario.js";

const V1 = "/api/v1";
const emailOf = (name: number | string): string => `visitor-${name}@example.com`;
const phoneOf = (number: number): string => `+346${String(number).padStart(8, "0")}`;

const body = (email: string, phone: string) => ({
  name: "Ada",
  surname: "Lovelace",
  email,
  phone,
  hobbies: ["mathematics", "flying"],
  password,
});

const post = (path: string, json: object): Call => ({ method: "POST", path: V1 + path, json });
const codeIn = (text: string): string => /\b\d{4}[ -]?\d{4}\b/.exec(text)?.[0] ?? "";

const mailed = (office: PostOffice, email: string) => ({ email, code: codeIn(office.mail(email, "/confirm#").text), password });
const texted = (office: PostOffice, phone: string) => ({ phone, code: codeIn(office.text(phone)), password });

const signUp: Step = { name: "sign up", call: ({ number }) => post("/signup/", body(emailOf(number), phoneOf(number))) };
const logIn: Step = {
  name: "log in",
  call: ({ number }) => post("/login/", { email: emailOf(number), password }),
  answered: (visitor, answer) => visitor.remembers.set("token", textIn(answer, "access_token")),
};
const profile = (tokenOf: (visitor: Visitor) => string): Step => ({
  name: "profile",
  call: (visitor) => ({ method: "GET", path: `${V1}/profile/`, bearer: tokenOf(visitor) }),
});

/** Somebody signs up, confirms what he was sent and logs in, while others look at their profiles. */
export const signupApi: Scenario = {
  processes: ["server", "worker"],
  environment: ({ post: office, secret }) => ({
    NODE_ENV: "production",
    PUBLIC_URL: "https://users.example.com",
    SMTP_URL: `smtp://${office.smtp.host}:${office.smtp.port}`,
    SMTP_INSECURE: "true",
    MAIL_FROM: "no-reply@example.com",
    SMS_URL: office.gateway,
    SMS_SECRET: secret,
  }),
  prepare: (call, surroundings) => Promise.all(Array.from({ length: 10 }, (_, index) => regularOf(call, surroundings, index))),
  visit: (tokens) => [
    signUp,
    { ...signupApi.meanwhile(tokens), times: 60 },
    { name: "confirm e-mail", call: ({ number }, { post: office }) => post("/signup/confirm-email/", mailed(office, emailOf(number))) },
    { ...signupApi.meanwhile(tokens), times: 60 },
    { name: "confirm phone", call: ({ number }, { post: office }) => post("/signup/confirm-phone/", texted(office, phoneOf(number))) },
    logIn,
    { ...profile(({ remembers }) => remembers.get("token") ?? ""), times: 36 },
  ],
  meanwhile: (tokens) => profile((visitor) => regular(tokens, visitor)),
  signUp,
  logIn: () => ({ name: "log in", call: ({ number }) => post("/login/", { email: emailOf(-1 - (number % 10)), password }) }),
};

/** Somebody who has been there for long: his access token. */
async function regularOf(call: Client, { post: office }: Surroundings, index: number): Promise<string> {
  const [email, phone] = [emailOf(-1 - index), phoneOf(99_999_999 - index)];
  await call("POST", `${V1}/signup/`, { json: body(email, phone) });
  while (office.mail(email, "/confirm#").text === "") await pause(50);
  await call("POST", `${V1}/signup/confirm-email/`, { json: mailed(office, email) });
  const { body: session } = await call("POST", `${V1}/login/`, { json: { email, password } });
  return textIn(session, "access_token");
}
