export { smsHttp } from "./sms-http.js";
export { verifySignature } from "./verify-signature.js";
export type { HttpRequest, SmsFetch, SmsHttpOptions } from "./options.js";
export type { SigningSecret, SigningSecrets } from "./secrets.js";
export type { SignedHeaders, SignedRequest } from "./verify-signature.js";
