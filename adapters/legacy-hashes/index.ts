export { aspNetIdentity } from "./asp-net-identity.js";
export { bcrypt } from "./bcrypt.js";
export type { BcryptLibrary } from "./bcrypt.js";
export { djangoPbkdf2, djangoScrypt } from "./django.js";
export { scryptPhc } from "./scrypt-phc.js";
export { werkzeug } from "./werkzeug.js";
