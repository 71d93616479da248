import { failures } from "../support/web/problems.js";

/** Every failure is a problem (RFC 9457). */
export const fail = failures({});
