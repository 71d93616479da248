// An unpaired surrogate has no UTF-8 form: PostgreSQL refuses it, hashes and comparisons replace it in silence.
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether a string can be written as UTF-8 without loss. Linear. */
export const isWellFormed = (text: string): boolean => !LONE_SURROGATE.test(text);

/** The length of a string in UTF-8 bytes, without encoding it. Linear. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00) {
      bytes += 4;
      index++;
    } else bytes += 3;
  }
  return bytes;
}

/** What an error may repeat of a text somebody sent: its beginning, never a megabyte. */
export const excerpt = (text: string): string => (text.length <= 64 ? text : `${text.slice(0, 63)}…`);
