import { PASSWORD as password, regular } from "../scenario.js";
import type { Scenario, Step, Visitor } from "../scenario.js";

const REGULARS = Array.from({ length: 20 }, (_, index) => `regular-${index}@example.com`);
const addressOf = ({ number }: Visitor): string => `visitor-${number}@example.com`;
const ada = (email: string) => ({ name: "Ada", surname: "Lovelace", email, password });

const signUp: Step = { name: "sign up", call: (visitor) => ({ method: "POST", path: "/user/", json: ada(addressOf(visitor)) }) };
const info: Step = { name: "info", call: () => ({ method: "GET", path: "/" }) };

/** Who is known only by a password shows it with every request; all there is to read without one is what the API is called. */
export const userApi: Scenario = {
  processes: ["server"],
  environment: () => ({}),
  prepare: async (call) => {
    for (const email of REGULARS) {
      await call("POST", "/user/", { json: ada(email) });
      await call("POST", "/user/activate/", { json: { email, password } });
    }
    return REGULARS;
  },
  visit: () => [
    signUp,
    { ...info, times: 60 },
    { name: "activate", call: (visitor) => ({ method: "POST", path: "/user/activate/", json: { email: addressOf(visitor), password } }) },
    { ...info, times: 37 },
    { name: "sign in", call: (visitor) => ({ method: "POST", path: "/user/signin/", json: { email: addressOf(visitor), password } }) },
  ],
  meanwhile: () => info,
  signUp,
  logIn: (regulars) => ({
    name: "sign in",
    call: (visitor) => ({ method: "POST", path: "/user/signin/", json: { email: regular(regulars, visitor), password } }),
  }),
};
