import { PASSWORD as password, regular, textIn } from "../scenario.js";
import type { Scenario, Step, Visitor } from "../scenario.js";

const V1 = "/api/v1";
const REGULARS = Array.from({ length: 10 }, (_, index) => `regular-${index}@example.com`);
const emailOf = ({ number }: Visitor): string => `visitor-${number}@example.com`;
const ada = (email: string) => ({ first_name: "Ada", last_name: "Lovelace", email, password });

const signUp: Step = { name: "sign up", call: (visitor) => ({ method: "POST", path: `${V1}/users`, form: ada(emailOf(visitor)) }) };
const logIn: Step = {
  name: "log in",
  call: (visitor) => ({ method: "POST", path: `${V1}/login`, json: { email: emailOf(visitor), password } }),
  answered: (visitor, answer) => visitor.remembers.set("token", textIn(answer, "access_token")),
};
const tokenOf = ({ remembers }: Visitor): string => remembers.get("token") ?? "";
const planetOf = ({ remembers }: Visitor): string => `${V1}/planets/${remembers.get("planet") ?? ""}`;

const register: Step = {
  name: "register a planet",
  call: (visitor) => ({
    method: "POST",
    path: `${V1}/planets`,
    json: { planet_name: `Planet ${visitor.number}`, planet_type: "rocky", home_star: "Sun", mass: 1, radius: 1, distance: 0.5 },
    bearer: tokenOf(visitor),
  }),
  answered: (visitor, answer) => visitor.remembers.set("planet", textIn(answer, "planet_id")),
};

/** Somebody signs up, registers a planet and corrects it, while others look through the list. Mails go out meanwhile. */
export const planetsApi: Scenario = {
  processes: ["server"],
  environment: ({ post }) => ({
    NODE_ENV: "production",
    APP_URL: "https://planets.example.com",
    SMTP_URL: `smtp://${post.smtp.host}:${post.smtp.port}`,
    SMTP_INSECURE: "true",
    MAIL_FROM: "no-reply@planets.example",
  }),
  prepare: async (call) => {
    const tokens: string[] = [];
    for (const email of REGULARS) {
      await call("POST", `${V1}/users`, { form: ada(email) });
      const { body } = await call("POST", `${V1}/login`, { json: { email, password } });
      tokens.push(textIn(body, "access_token"));
    }
    return tokens;
  },
  visit: (tokens) => [
    signUp,
    { ...planetsApi.meanwhile(tokens), times: 60 },
    logIn,
    register,
    { name: "read a planet", call: (visitor) => ({ method: "GET", path: planetOf(visitor), bearer: tokenOf(visitor) }), times: 86 },
    {
      name: "correct a planet",
      call: (visitor) => ({ method: "PATCH", path: planetOf(visitor), json: { mass: 2 }, bearer: tokenOf(visitor) }),
    },
  ],
  meanwhile: (tokens) => ({
    name: "list planets",
    call: (visitor) => ({ method: "GET", path: `${V1}/planets?limit=20`, bearer: regular(tokens, visitor) }),
  }),
  signUp,
  logIn: () => ({
    name: "log in",
    call: (visitor) => ({ method: "POST", path: `${V1}/login`, json: { email: regular(REGULARS, visitor), password } }),
  }),
};
