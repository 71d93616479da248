export { byEnvironment } from "./by-environment.js";
export { keyRing } from "./key-ring.js";
export { secretText } from "./secret-text.js";
export { settingsFromEnvironment } from "./settings.js";
export { flag, list, webUrl, wholeNumber } from "./values.js";
export type { Configurations } from "./by-environment.js";
export type { SecretTextOptions } from "./secret-text.js";
export type { Environment } from "./settings.js";
export type { WholeNumberOptions } from "./values.js";
