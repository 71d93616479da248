import { failures } from "../support/web/problems.js";

export const fail = failures({
  // Only whoever knows the password is told that.
  "account-suspended": { status: 401, title: "This account is inactive" },
});
