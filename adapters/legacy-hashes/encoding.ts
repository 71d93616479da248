import { Buffer } from "node:buffer";

/** Base64 with padding, canonical or not at all: Buffer's own decoder skips whatever it does not know. */
export const fromBase64 = (text: string): Buffer | undefined => exactly(text, "base64", (bytes) => bytes.toString("base64"));

/** Base64 without padding, as the PHC string format and passlib write it. */
export const fromBareBase64 = (text: string): Buffer | undefined =>
  exactly(text, "base64", (bytes) => bytes.toString("base64").replaceAll("=", ""));

/** Lower-case hexadecimal. */
export const fromHex = (text: string): Buffer | undefined => exactly(text, "hex", (bytes) => bytes.toString("hex"));

function exactly(text: string, encoding: "base64" | "hex", encode: (bytes: Buffer) => string): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  return encode(bytes) === text ? bytes : undefined;
}
