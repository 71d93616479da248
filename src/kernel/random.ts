/** The randomness port: a cryptographically secure generator. Tests may put a seeded one in its place, nobody else should. */
export interface Random {
  bytes(length: number): Uint8Array;
}

/** Drawn each time: what is drawn ahead would be given twice by copies of a process, as snapshots of machines make them. */
export const systemRandom: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };

const DIGITS = Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
const DASH = "-".charCodeAt(0);

/**
 * Bytes as lower-case hexadecimal, with dashes where they are asked for, in one piece: what is put together bit by bit is kept in bits,
 * which take ten times the memory.
 */
export function hex(bytes: Uint8Array, dashes: readonly number[] = []): string {
  const codes = new Array<number>(bytes.length * 2 + dashes.length);
  let at = 0;
  for (const byte of bytes) {
    if (dashes.includes(at)) codes[at++] = DASH;
    codes[at++] = DIGITS[byte >>> 4] ?? 0;
    codes[at++] = DIGITS[byte & 15] ?? 0;
  }
  return String.fromCharCode(...codes);
}
