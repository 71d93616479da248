export { argon2 } from "./argon2.js";
export type { Argon2Options } from "./options.js";
export type { Pepper } from "./pepper.js";
