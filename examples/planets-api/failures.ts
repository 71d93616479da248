import { domainError } from "denizen";
import { problems } from "denizen/problem";
import type { ProblemType } from "denizen/problem";
import { failures } from "../support/web/problems.js";

// Whatever is wrong with a request is a 400 here, as it was in the original.
const badRequests = Object.entries<ProblemType>(problems).flatMap(([code, type]) =>
  type.status === 422 ? [[code, { ...type, status: 400 }] as const] : [],
);

export const fail = failures({
  ...Object.fromEntries(badRequests),
  "body-missing": { status: 400, title: "This takes a body" },
  "one-at-a-time": { status: 400, title: "A new password and a new e-mail address take a request each" },
  "planet-invalid": { status: 400, title: "No planet can be like this", shows: ["message"] },
  "planet-known": { status: 409, title: "There is a planet of this name" },
  "planet-changed": { status: 412, title: "Somebody has changed this planet" },
});

export const bodyMissing = domainError("body-missing", "there is no body, or it does not say what it is");
