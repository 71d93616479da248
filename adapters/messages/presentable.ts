const LONGEST = 64;

/**
 * What may stand in a message of what somebody has said of himself, or of his device. A stranger can sign up with a name of his
 * choice and somebody else's address: what reads like a link, an address or a number to call is left out, as is what is too long to
 * be a name. Null then.
 */
export function presentable(text: string | null | undefined): string | null {
  const plain = oneLine(text ?? "");
  if (plain === "" || [...plain].length > LONGEST || SUSPICIOUS.test(plain.normalize("NFKC"))) return null;
  return plain;
}

// An address or a path; a dot with more behind it, as in a host's name, also the dots that IDNA takes for one; five digits.
const SUSPICIOUS = /[/\\@:]|www|[.\u3002][\p{L}\p{N}]{2}|(?:\p{N}[^\p{L}\p{N}]*){5}/iu;

/** On one line, without what cannot be seen: a line break in a subject would begin another header. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]+/gu, " ").trim();
