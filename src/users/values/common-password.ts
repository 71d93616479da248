import { looseForm } from "./text-value.js";

let list: Promise<ReadonlySet<string>> | undefined;

/**
 * Whether the whole password, without regard to case, is one of the 17 950 most common ones of 8 characters and more (ASVS 6.2.4
 * asks for 3000). 85 kB of data are loaded at the first call.
 */
export async function isCommon(password: string): Promise<boolean> {
  list ??= import("./data/common-passwords.js").then((data) => decode(data.COMMON_PASSWORDS));
  return (await list).has(looseForm(password));
}

function decode(data: string): ReadonlySet<string> {
  const words = new Set<string>();
  let last = "";
  for (const [, shared = "A", rest = ""] of data.matchAll(/([A-Z])([^A-Z]*)/g)) {
    last = last.slice(0, shared.charCodeAt(0) - 65) + rest;
    words.add(last);
  }
  return words;
}
