import { JOINS_LEFT, JOINS_RIGHT, VIRAMA } from "./data/joining.js";
import { untilStable } from "./text-value.js";

// RFC 8264 §9: LetterDigits (§9.1), without ASCII's symbols, plus the exceptions (§9.6) and the characters that need a context.
const IDENTIFIER =
  /^[A-Za-z\d._+\-\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}\u06FD\u06FE\u0F0B\u3007\u00B7\u0375\u05F3\u05F4\u30FB\u200C\u200D]+$/u;
const EXCLUDED = /[\u0640\u07FA\u302E\u302F\u3031-\u3035\u303B]/u;
const OLD_HANGUL_JAMO = /[\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7C6\uD7CB-\uD7FB]/u;
const IGNORABLE = /(?![\u200C\u200D])[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;

// Half-width Hangul is left out: it maps to jamo that RFC 8264 refuses, which NFC would then compose.
const WIDE = /[\u3000\uFF01-\uFF9F\uFFE0-\uFFE6]/g;

/** RFC 8265 §3.3.3: width mapping, lower case, NFC, again until nothing changes. */
export const enforceUsernameCaseMapped = (text: string): string =>
  untilStable(text, (current) =>
    current
      .replace(WIDE, (wide) => wide.normalize("NFKC"))
      .toLowerCase()
      .normalize("NFC"),
  );

/** Whether an enforced text is of the IdentifierClass (RFC 8264 §4.2), of whose ASCII only letters, digits and `. _ - +` are taken. */
export const isIdentifier = (text: string): boolean =>
  IDENTIFIER.test(text) &&
  !/^\p{M}/u.test(text) &&
  !EXCLUDED.test(text) &&
  !OLD_HANGUL_JAMO.test(text) &&
  !IGNORABLE.test(text) &&
  [...text].every((character) => character.normalize("NFKC") === character);

const JOINED_ZWNJ = new RegExp(`(?<=[${JOINS_LEFT}]\\p{Mn}*)\\u200C(?=\\p{Mn}*[${JOINS_RIGHT}])`, "gu");
const LONE_JOINER = new RegExp(`(?<![${VIRAMA}])[\\u200C\\u200D]`, "u");

/** RFC 5892 appendix A: the characters that are right only next to certain others. */
const CONTEXT_RULES: readonly ((text: string) => boolean)[] = [
  (text) => !LONE_JOINER.test(text.replace(JOINED_ZWNJ, "")),
  (text) => !/(?<!l)\u00B7|\u00B7(?!l)/u.test(text),
  (text) => !/\u0375(?!\p{Script=Greek})/u.test(text),
  (text) => !/(?<!\p{Script=Hebrew})[\u05F3\u05F4]/u.test(text),
  (text) => !text.includes("\u30FB") || /\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Han}/u.test(text),
  (text) => !(/[\u0660-\u0669]/.test(text) && /[\u06F0-\u06F9]/.test(text)),
];

export const keepsContextRules = (text: string): boolean => CONTEXT_RULES.every((rule) => rule(text));

// JavaScript has no \p{Bidi_Class}. Among the characters of IdentifierClass these blocks hold all of R and AL, besides marks (NSM)
// and digits; compared with Unicode 17's DerivedBidiClass.txt. Modifier letters outside them count as L, which is stricter.
const RTL_BLOCKS = "\\u0590-\\u08FF\\uFB1D-\\uFDFF\\uFE70-\\uFEFF\\u{10800}-\\u{10FFF}\\u{1E800}-\\u{1EFFF}";
const ARABIC_NUMBER = "\\u0660-\\u0669\\u{10D30}-\\u{10D39}\\u{10D40}-\\u{10D49}";
const EUROPEAN_NUMBER = "\\d\\u06F0-\\u06F9";
const RTL_LETTER = `(?![\\p{Mn}${ARABIC_NUMBER}${EUROPEAN_NUMBER}])[${RTL_BLOCKS}]`;
const HAS_RTL = new RegExp(`${RTL_LETTER}|[${ARABIC_NUMBER}]`, "u");
const RTL_LABEL = new RegExp(`^${RTL_LETTER}[${RTL_BLOCKS}\\d._+\\-\\u200C\\u200D\\p{Mn}]*$`, "u");
const RTL_END = new RegExp(`(?!\\p{Mn})[${RTL_BLOCKS}\\d]\\p{Mn}*$`, "u");
const HAS_ARABIC_NUMBER = new RegExp(`[${ARABIC_NUMBER}]`, "u");
const HAS_EUROPEAN_NUMBER = new RegExp(`[${EUROPEAN_NUMBER}]`, "u");

/** RFC 5893 §2, for texts with right-to-left characters; others cannot be reordered. */
export const keepsBidiRule = (text: string): boolean =>
  !HAS_RTL.test(text) || (RTL_LABEL.test(text) && RTL_END.test(text) && !(HAS_ARABIC_NUMBER.test(text) && HAS_EUROPEAN_NUMBER.test(text)));
