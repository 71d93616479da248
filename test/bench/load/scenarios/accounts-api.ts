import { PASSWORD as password, regular, textIn } from "../scenario.js";
import type { Call, Scenario, Step, Visitor } from "../scenario.js";

const V1 = "/api/v1";
const REGULARS = Array.from({ length: 10 }, (_, index) => `regular-${index}@example.com`);
const emailOf = ({ number }: Visitor): string => `visitor-${number}@example.com`;

const post = (path: string, json: object): Call => ({ method: "POST", path: V1 + path, json });
const keepTokens = (visitor: Visitor, answer: unknown): void => {
  for (const name of ["access_token", "refresh_token"]) visitor.remembers.set(name, textIn(answer, name));
};
const tokenOf = ({ remembers }: Visitor): string => remembers.get("access_token") ?? "";
const read = (path: string, bearer: (visitor: Visitor) => string): Step => ({
  name: path,
  call: (visitor) => ({ method: "GET", path: V1 + path, bearer: bearer(visitor) }),
});

const signUp: Step = {
  name: "sign up",
  call: (visitor) => post("/accounts/signup", { email: emailOf(visitor), password }),
  answered: keepTokens,
};

/** Somebody opens an account, chooses a name, changes his tokens and comes back, while others read theirs. */
export const accountsApi: Scenario = {
  processes: ["server"],
  environment: () => ({}),
  prepare: async (call) => {
    const tokens: string[] = [];
    for (const email of REGULARS) {
      const { body } = await call("POST", `${V1}/accounts/signup`, { json: { email, password } });
      tokens.push(textIn(body, "access_token"));
    }
    return tokens;
  },
  visit: (tokens) => [
    signUp,
    { ...accountsApi.meanwhile(tokens), times: 50 },
    {
      name: "choose a username",
      call: (visitor) => ({
        method: "PUT",
        path: `${V1}/profiles/me/username`,
        json: { username: `visitor.${visitor.number}` },
        bearer: tokenOf(visitor),
      }),
    },
    { ...read("/profiles/me", tokenOf), times: 50 },
    {
      name: "refresh",
      call: ({ remembers }) => post("/accounts/refresh", { refresh_token: remembers.get("refresh_token") }),
      answered: keepTokens,
    },
    { name: "log in", call: (visitor) => post("/accounts/login", { email: emailOf(visitor), password }), answered: keepTokens },
    { ...read("/accounts/me", tokenOf), times: 46 },
  ],
  meanwhile: (tokens) => read("/accounts/me", (visitor) => regular(tokens, visitor)),
  signUp,
  logIn: () => ({ name: "log in", call: (visitor) => post("/accounts/login", { email: regular(REGULARS, visitor), password }) }),
};
