import fc from "fast-check";

const explode = (): never => {
  throw new Error("a trap was sprung");
};

const trapped = new Proxy(() => undefined, {
  get: explode,
  has: explode,
  ownKeys: explode,
  getPrototypeOf: explode,
  getOwnPropertyDescriptor: explode,
  apply: explode,
  construct: explode,
});

const revoked = Proxy.revocable({}, {});
revoked.revoke();

/** Values chosen to break whoever touches them. */
export const hostileValues: readonly unknown[] = [
  undefined,
  null,
  NaN,
  -0,
  Infinity,
  2 ** 53,
  10n ** 400n,
  Symbol("symbol"),
  Symbol.iterator,
  trapped,
  new Proxy({}, { get: explode, has: explode, getPrototypeOf: explode, getOwnPropertyDescriptor: explode, ownKeys: explode }),
  revoked.proxy,
  ...["display", "given", "family", "minimum", "length", "reveal", "toString"].map((name) =>
    Object.defineProperty({}, name, { get: explode }),
  ),
  { toString: explode, valueOf: explode, toJSON: explode, [Symbol.toPrimitive]: explode },
  Object.create(null),
  JSON.parse('{"__proto__": {"display": "x"}, "constructor": {"prototype": {}}}'),
  new String("a@b.cd"),
  "__proto__",
  "constructor",
  "\uD800",
  "\uDC00\uD800",
  "a\u0000b",
  "",
  [],
  [[]],
  new Array(3),
  () => undefined,
  new Date(NaN),
];

/** Any value of any type that fast-check can handle itself; `hostileValues` are the others. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    stringUnit: "binary",
  }),
);

const MEGABYTE = 1_000_000;
const megabyteOf = (unit: string): string => unit.repeat(Math.ceil(MEGABYTE / unit.length)).slice(0, MEGABYTE);

/** Texts of a million units in shapes on which backtracking, normalising or splitting takes its time. */
export const megabytes: readonly string[] = [
  ...[
    "a",
    "1",
    "@",
    ".",
    "a.",
    " ",
    "-",
    "(",
    "\u0301",
    "a\u0301",
    "\uFDFA",
    "\uFB2C",
    "\u200D",
    "\u0640",
    "א",
    "\uD83D\uDE00",
    "\uD800",
    "\u1100\u1161",
  ],
  ...["xn--", "%", "\u3000", "<", "\n"],
].flatMap((unit) => [megabyteOf(unit), `+${megabyteOf(unit)}`, `${megabyteOf(unit)}@example.com`, `a@${megabyteOf(unit)}.com`]);

/** The best of three runs, in milliseconds. */
export function bestOfThree(run: () => unknown): number {
  const times = [0, 1, 2].map(() => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return Math.min(...times);
}

/** Every assigned code point that can stand in a string, once; of the uniform masses (ideographs, Hangul syllables) only the first. */
export const everyCodePoint: readonly string[] = Array.from({ length: 0x110000 }, (_, codePoint) => String.fromCodePoint(codePoint)).filter(
  (character) =>
    !/[\p{Cs}\p{Cn}\p{Co}]/u.test(character) &&
    (/[一가]/u.test(character) || !/\p{Unified_Ideograph}|\p{Script=Tangut}|[가-힣]/u.test(character)),
);
