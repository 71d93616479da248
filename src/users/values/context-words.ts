import { codePoints, looseForm } from "./text-value.js";

// Shorter words are in too many good passwords.
const MIN_WORD = 4;
const MIN_REST = 4;
// Bounds the work whatever is passed; nobody has as many names.
const MAX_TEXTS = 64;
const MAX_TEXT_LENGTH = 1024;
const MAX_WORDS = 256;

const withoutSeparators = (text: string): string => text.replace(/[\s._\-']+/gu, "");

/**
 * The words in names, user names, e-mail addresses and product names: each text as a whole, either side of an @ (which people
 * write without the dots), and every run of letters and digits, from 4 characters on. Longest first. What is not a text is left out.
 */
export function contextWords(...lists: readonly (readonly string[])[]): readonly string[] {
  const words = new Set<string>();
  for (const text of lists.flatMap(textsOf)) {
    const form = looseForm(text);
    const wholes = new Set([form, ...form.split("@")]);
    for (const word of [...[...wholes].map(withoutSeparators), ...form.split(/[^\p{L}\p{M}\p{N}]+/u)]) {
      if (codePoints(word) >= MIN_WORD && words.size < MAX_WORDS) words.add(word);
    }
  }
  return [...words].sort((one, other) => other.length - one.length);
}

/**
 * Whether a password is a context word, repeats it or strings several together, with fewer than 4 other characters; case and
 * separators do not count. NIST SP 800-63B-4 §3.1.1.2 ("the name of the service, the username, and derivatives thereof"), ASVS 6.2.11.
 */
export function isBuiltOn(password: string, words: readonly string[]): boolean {
  const form = withoutSeparators(looseForm(password));
  // A gap stays where a word was, so that what stood around it does not become a word.
  const rest = words.reduce((text, word) => text.replaceAll(word, "\n"), form);
  return rest !== form && codePoints(rest.replaceAll("\n", "")) < MIN_REST;
}

/** A list can come from a caller without types: a proxy, an array with a getter. */
function textsOf(list: unknown): readonly string[] {
  try {
    if (!Array.isArray(list)) return [];
    // Elements of what is claimed to be strings, looked at one by one.
    const texts: readonly unknown[] = list.slice(0, MAX_TEXTS);
    return texts.filter((text) => typeof text === "string").map((text) => text.slice(0, MAX_TEXT_LENGTH));
  } catch {
    return [];
  }
}
