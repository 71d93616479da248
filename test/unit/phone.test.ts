import fc from "fast-check";
import examples from "libphonenumber-js/examples.mobile.json";
import { getCountries, getCountryCallingCode } from "libphonenumber-js/max";
import { describe, expect, it } from "vitest";
import { ConfigurationError, PhoneNumber } from "denizen";
import { phone } from "denizen/phone";
import type { PhoneOptions } from "denizen/phone";

type Region = NonNullable<PhoneOptions["defaultRegion"]>;

const read = (input: unknown, defaultRegion?: Region): string =>
  phone(defaultRegion === undefined ? {} : { defaultRegion })
    .parse(input)
    .match(
      (number) => number,
      ({ code, reason }) => `${code}: ${reason}`,
    );

describe("an international number", () => {
  it("of every region's example is read, written internationally or as people there do", () => {
    for (const region of getCountries()) {
      const national = examples[region];
      if (national === undefined) continue;
      const international = `+${getCountryCallingCode(region)}${national}`;
      expect(read(international)).toBe(international);
      expect(PhoneNumber.parse(international).isOk()).toBe(true);
      expect(read(national, region)).toBe(international);
    }
  });

  it.each([
    ["+34600123456"],
    ["+34 600 123 456"],
    [" +34-600-123-456 "],
    ["+34 600.12.34.56"],
    ["+34/600/123456"],
    ["(+34) 600 123 456"],
    ["＋34 600 123 456"],
    ["+34\u00a0600\u2011123\u2011456"],
    ["+٣٤ ٦٠٠ ١٢٣ ٤٥٦"],
  ])("is read as people write it: %s", (input) => {
    expect(read(input)).toBe("+34600123456");
  });

  it("is read alike whatever the default region", () => {
    expect(read("+44 20 7946 0958", "ES")).toBe("+442079460958");
    // Without its plus it would be a possible German number, which is somebody else's.
    expect(read("＋44 7911 123456", "DE")).toBe("+447911123456");
  });

  it("may have a trunk prefix in parentheses where the region has one", () => {
    expect(read("+44 (0)20 7946 0958")).toBe("+442079460958");
    expect(read("+39 (0)6 12345678")).toBe("+390612345678");
    expect(read("+352 (0) 26 12 34")).toBe("phone-invalid: trunk-prefix");
  });
});

describe("a number without a country code", () => {
  it("is refused when there is no default region", () => {
    expect(read("600 123 456")).toBe("phone-invalid: no-country-code");
  });

  it.each<[string, Region, string]>([
    ["123456789", "ES", "+34123456789"],
    ["600 123 456", "ES", "+34600123456"],
    ["020 7946 0958", "GB", "+442079460958"],
    ["06 12345678", "IT", "+390612345678"],
    ["(212) 555-0100", "US", "+12125550100"],
    ["0044 20 7946 0958", "ES", "+442079460958"],
  ])("is one of the default region: %s in %s", (input, region, expected) => {
    expect(read(input, region)).toBe(expected);
  });

  it("is refused when its area code is missing", () => {
    expect(read("932-0872", "CA")).toMatch(/^phone-invalid/);
  });
});

describe("what is no phone number", () => {
  it.each<[string, Region]>([
    ["112", "ES"],
    ["112", "DE"],
    ["911", "US"],
    ["999", "GB"],
    ["000", "AU"],
    ["116117", "DE"],
    ["116 111", "PL"],
    ["+49 116 117", "DE"],
    ["+34112", "ES"],
  ])("because it is a short number is refused: %s in %s", (input, region) => {
    expect(read(input, region)).toBe("phone-invalid: too-short");
  });

  it.each([
    ["+34 600 123 45", "too-short"],
    ["+34 600 123 4567", "too-long"],
    ["+4915123456789012345", "too-long"],
    ["+999 123456789", "no-country-code"],
    ["+", "no-country-code"],
    ["", "no-country-code"],
    ["++34600123456", "character"],
    ["34+600123456", "character"],
    ["+34600123456 x5", "character"],
    ["+34600123456;ext=5", "character"],
    ["+34600123456#5", "character"],
    ["tel:+34600123456", "character"],
    ["call +34600123456", "character"],
    ["+1-800-FLOWERS", "character"],
    ["+34600123456, +34600123457", "character"],
    ["+34600123456\n", "character"],
    ["+34600123456\0", "character"],
    ["+34600123456\ud800", "malformed"],
  ])("is refused: %j", (input, reason) => {
    expect(read(input)).toBe(`phone-invalid: ${reason}`);
  });

  it("is refused before it is read when it is longer than any number", () => {
    const huge = `+34${" ".repeat(100_000_000)}600123456`;
    // V8 puts its parts together when somebody looks: not in the time that is measured.
    expect(huge.indexOf("6")).toBe(100_000_003);
    const started = performance.now();
    expect(read(huge)).toBe("phone-invalid: too-long");
    expect(read(`+34600123456${" ".repeat(64)}`)).toBe("phone-invalid: too-long");
    expect(performance.now() - started).toBeLessThan(500);
  });

  it("is named in the error, short and printable", () => {
    const error = phone()
      .parse(`+34\n${"6".repeat(1_000)}`)
      ._unsafeUnwrapErr();
    expect(error.value).toMatch(/^\P{Cc}{1,64}$/u);
    expect(phone().parse("+34 600")._unsafeUnwrapErr()).toMatchObject({ code: "phone-invalid", value: "+34600" });
  });
});

describe("every value", () => {
  const regions = getCountries();
  const text = fc.oneof(
    fc.anything(),
    fc.string({ unit: "binary" }),
    fc.stringMatching(/^[+(]?[0-9 ()./-]{0,20}$/),
    fc
      .tuple(fc.constantFrom(...regions), fc.stringMatching(/^[0-9]{3,12}$/))
      .map(([region, digits]) => `+${getCountryCallingCode(region)}${digits}`),
  );

  it("gives a Result, and a number that is read is read again as itself, by any region and by the core", () => {
    fc.assert(
      fc.property(text, fc.option(fc.constantFrom(...regions), { nil: undefined }), fc.constantFrom(...regions), (input, region, other) => {
        const outcome = phone(region === undefined ? {} : { defaultRegion: region }).parse(input);
        if (outcome.isErr()) {
          expect(outcome.error.code).toBe("phone-invalid");
          return;
        }
        expect(outcome.value).toMatch(/^\+[1-9]\d{6,14}$/);
        expect(read(outcome.value)).toBe(outcome.value);
        expect(read(outcome.value, other)).toBe(outcome.value);
        expect(PhoneNumber.parse(outcome.value)._unsafeUnwrap()).toBe(outcome.value);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("the configuration", () => {
  it.each(["XX", "es", "ESP", "", "toString", "__proto__", 34, null, {}])("with the region %j is refused at start", (defaultRegion) => {
    // JavaScript callers pass anything.
    expect(() => phone({ defaultRegion } as PhoneOptions)).toThrow(ConfigurationError);
  });

  it("without a region is fine", () => {
    expect(() => phone()).not.toThrow();
  });
});
