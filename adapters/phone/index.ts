export { phone } from "./phone.js";
export type { PhoneOptions } from "./phone.js";
