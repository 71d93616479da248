import type { Brand } from "../../kernel/brand.js";
import { type Result, err, ok } from "../../kernel/result.js";
import { utf8Length } from "../../kernel/text.js";
import { type Invalid, type TextProblem, boundedText, codePoints, invalid, isAscii, looseForm, untilStable } from "./text-value.js";

/** What a person is called. Plain and frozen; `display` is always there, the parts where they are known. Not unique. */
export type PersonName = Brand<{ readonly display: string; readonly given?: string; readonly family?: string }, "PersonName">;

export type NameProblem = TextProblem | "empty" | "character" | "not-a-name";
export type NameInvalid = Invalid<"name-invalid", NameProblem>;

const MAX_BYTES = 1024;
const MAX_CODE_POINTS = 200;

const SENTENCES: Readonly<Record<NameProblem, string>> = {
  "not-a-name": "A name is a string or an object with display, given or family.",
  "not-a-string": "A name and its parts are strings.",
  "too-long": `A name has at most ${MAX_CODE_POINTS} characters and ${MAX_BYTES} bytes.`,
  malformed: "The name is not well-formed Unicode.",
  character: "A name has no control or invisible characters and no line breaks.",
  empty: "A name is not empty.",
};

// ZWJ and ZWNJ are spelling in Persian and in Indic scripts, variation selectors in Japanese family names. All other invisible
// characters reorder or hide text, and Hangul fillers make a name that is blank.
const ALLOWED_INVISIBLE = /[\u200C\u200D\p{Variation_Selector}]/gu;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/u;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

export const PersonName = {
  /**
   * Takes a display name, or an object with own `display`, `given`, `family` (`display` defaults to given + " " + family; other
   * fields are ignored). NFC, trimmed, runs of spaces made one, at most 200 code points. Error: `name-invalid`.
   */
  parse(input: unknown): Result<PersonName, NameInvalid> {
    const name = typeof input === "string" ? parseText(input).map((display) => ({ display })) : readFields(input).andThen(parseFields);
    // The cast is the one place that makes the brand.
    return name.isErr() ? invalid("name-invalid", SENTENCES, name.error, input) : ok(Object.freeze(name.value) as PersonName);
  },

  /** The form in which names are looked up: without case, width and invisible characters. At most 1024 bytes; its own key. */
  key(name: PersonName): string {
    const display: unknown = ownField(name, "display").unwrapOr(undefined);
    return typeof display === "string" && display.length <= MAX_BYTES ? keyOf(display) : "";
  },
} as const;

const tidied = (text: string): string => text.replace(/\p{Zs}+/gu, " ").replace(/^ | $/g, "");

// NFKC makes spaces of what is none (U+00B4), so the key is tidied with every round; of ASCII there is one.
const rounded = (name: string): string => tidied(looseForm(name));
const keyOf = (name: string): string => (isAscii(name) ? rounded(name) : untilStable(name, rounded));

type Fields = { readonly display: unknown; readonly given: unknown; readonly family: unknown };

function parseText(input: unknown): Result<string, NameProblem> {
  return boundedText(input, MAX_BYTES).andThen((text) => {
    const name = tidied(text.normalize("NFC"));
    if (name === "") return err("empty");
    if (UNPRINTABLE.test(name.replace(ALLOWED_INVISIBLE, ""))) return err("character");
    const key = keyOf(name);
    if (!VISIBLE.test(key)) return err("empty");
    // The key goes into an index, and NFKC can make 18 letters of one (U+FDFA).
    return codePoints(name) > MAX_CODE_POINTS || utf8Length(key) > MAX_BYTES ? err("too-long") : ok(name);
  });
}

function parseFields(fields: Fields): Result<{ display: string; given?: string; family?: string }, NameProblem> {
  const parts: { given?: string; family?: string } = {};
  for (const part of ["given", "family"] as const) {
    if (fields[part] === undefined || fields[part] === null) continue;
    const text = parseText(fields[part]);
    if (text.isErr()) return err(text.error);
    parts[part] = text.value;
  }
  const joined = [parts.given, parts.family].filter((part) => part !== undefined).join(" ");
  return parseText(fields.display ?? joined).map((display) => ({ display, ...parts }));
}

function readFields(input: unknown): Result<Fields, NameProblem> {
  if (typeof input !== "object" || input === null) return err("not-a-name");
  const display = ownField(input, "display");
  const given = ownField(input, "given");
  const family = ownField(input, "family");
  if (display.isErr() || given.isErr() || family.isErr()) return err("not-a-name");
  return ok({ display: display.value, given: given.value, family: family.value });
}

/** A proxy's traps and a getter are the caller's code, and may throw. */
function ownField(object: unknown, field: string): Result<unknown, NameProblem> {
  try {
    return ok(typeof object === "object" && object !== null && Object.hasOwn(object, field) ? Reflect.get(object, field) : undefined);
  } catch {
    return err("not-a-name");
  }
}
