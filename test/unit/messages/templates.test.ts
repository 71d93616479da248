import { duration, english, escaped, instant, layOut, messages, spanish } from "denizen/messages";
import type { Templates } from "denizen/messages";
import type { MessageKind } from "denizen/ports";
import { describe, expect, test } from "vitest";
import { CODE, LINKS, TOKEN, pigeon, sample, sending } from "./sample.js";

const EMAILS: readonly MessageKind[] = [
  ...(["verify-email", "change-email", "revert-email", "reset-password", "log-in", "invitation"] as const),
  ...(["sign-up-repeated", "password-changed", "factor-added", "factor-removed", "new-device"] as const),
];
const SMS: readonly MessageKind[] = ["verify-phone", "log-in", "reset-password"];
const LANGUAGES: readonly (readonly [string, Templates])[] = [
  ["en", english],
  ["es", spanish],
];

async function emailOf(message: ReturnType<typeof sample>, locale = "en") {
  const { emails, messenger } = pigeon();
  (await messages({ email: messenger, product: "Acme & Co", links: LINKS, locale: () => locale }).send(message, sending()))._unsafeUnwrap();
  const [email] = emails;
  if (email === undefined || emails.length > 1) throw new Error("not one e-mail");
  return email;
}

/** GSM 03.38, its basic alphabet without the extension table. */
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;

/** What a reader of the HTML sees. */
const seen = (html: string): string =>
  html
    .replace(/^[^]*<body[^>]*>/, "")
    .replace(/<[^>]+>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");

describe.each(LANGUAGES)("in %s", (locale, templates) => {
  test("there is a template for every kind, and no other", () => {
    expect(Object.keys(templates).sort()).toEqual([...EMAILS, "sms"].sort());
    expect(Object.keys(templates.sms).sort()).toEqual([...SMS].sort());
  });

  test.each(EMAILS)("%s says the same in text and in HTML", async (kind) => {
    const { subject, text, html } = await emailOf(sample(kind), locale);
    expect(subject).toContain("Acme & Co");
    expect(text).toContain("Ada Lovelace");
    expect(text).not.toMatch(/undefined|null|\[object|NaN|Invalid/);
    expect(html).toContain(`<html lang="${locale}"`);
    const words = (of: string): string => of.replace(/:$/gm, "").replace(/\s+/g, " ").trim();
    expect(words(seen(html))).toBe(words(text));
  });

  test.each(EMAILS)("%s loads nothing from anywhere, and carries no script", async (kind) => {
    const { html } = await emailOf(sample(kind), locale);
    expect(html).not.toMatch(/<(?:img|link|script|iframe|object|form|table)\b|url\(|\bsrc=|@import/i);
  });

  test.each(EMAILS)("%s shows its code in groups and its link encoded, in both forms, and no other secret", async (kind) => {
    const message = sample(kind);
    const { text, html } = await emailOf(message, locale);
    for (const form of [text, html]) {
      expect(form.includes("1234 5678")).toBe(message.code !== null);
      expect(form.includes(encodeURIComponent(TOKEN))).toBe(message.link !== null);
      expect(form).not.toContain(TOKEN);
      expect(form).not.toContain("******");
    }
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href?.replace(/&amp;/g, "&"));
    const base = (LINKS as Record<string, string>)[kind];
    expect(hrefs).toEqual(base === undefined ? [] : [base.replace("{token}", encodeURIComponent(TOKEN))]);
  });

  test.each(EMAILS.slice(0, 6))("%s says how long it works", async (kind) => {
    const { code, link, at } = sample(kind);
    const { text } = await emailOf(sample(kind), locale);
    for (const each of [code, link])
      if (each !== null) expect(text).toContain(duration(Date.parse(each.expiresAt) - Date.parse(at), locale));
  });

  test.each(EMAILS.slice(6))("%s says when it happened", async (kind) => {
    expect((await emailOf(sample(kind), locale)).text).toContain(instant(sample(kind).at, locale));
  });

  test("a link whose code has had its time stands alone, and a code whose link is not configured", async () => {
    const alone = await emailOf(sample("reset-password", { code: null }), locale);
    expect(alone.text).toContain(encodeURIComponent(TOKEN));
    expect(alone.text).not.toContain("1234");
    const { emails, messenger } = pigeon();
    (await messages({ email: messenger, product: "Acme", locale: () => locale }).send(sample("reset-password"), sending()))._unsafeUnwrap();
    expect(emails[0]?.text).toContain("1234 5678");
    expect(emails[0]?.html).not.toContain("href");
  });

  test.each(["new-device", "factor-added", "factor-removed"] as const)("%s names what it is about, if that is known", async (kind) => {
    const named = sample(kind);
    expect((await emailOf(named, locale)).text).toContain(`(${String(named.detail)})`);
    expect((await emailOf({ ...named, detail: null }, locale)).text).not.toContain(String(named.detail));
  });

  test.each(SMS)("the SMS %s fits into one, with its code together", async (kind) => {
    const { texts, messenger } = pigeon();
    const sent = messages({ sms: messenger, product: "A product of some 30 letters..", locale: () => locale });
    (await sent.send(sample(kind, { channel: "phone" }), sending()))._unsafeUnwrap();
    expect(texts).toHaveLength(1);
    const [{ to, text }] = texts as [(typeof texts)[number]];
    expect(to).toBe("+34600000001");
    expect(text).toContain(CODE);
    expect(text).toContain("10 min");
    expect(text).toMatch(GSM);
    expect(text.length).toBeLessThanOrEqual(160);
  });
});

test("the two languages do not share a text", async () => {
  for (const kind of EMAILS) {
    const [en, es] = [await emailOf(sample(kind), "en"), await emailOf(sample(kind), "es")];
    expect(en.subject).not.toBe(es.subject);
    // What is the same is the code, the link, and nothing else.
    const same = en.text.split("\n").filter((line) => line !== "" && es.text.split("\n").includes(line));
    expect(same.every((line) => line.includes("1234 5678") || line.startsWith("http"))).toBe(true);
  }
});

describe("layOut", () => {
  const content = { subject: "Hi", greeting: "Hello,", paragraphs: [], closing: "Bye" };

  test("escapes what stands in HTML, and nothing in text", () => {
    const hostile = `<script>alert("1" & '2')</script>`;
    const { html, text } = layOut(
      { ...content, subject: hostile, paragraphs: [hostile, { link: `https://a.example/"><b>`, label: "<b>" }] },
      "en",
    );
    expect(html).not.toMatch(/<script|<b>/);
    expect(html).toContain("&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
    expect(html).toContain('href="https://a.example/&quot;&gt;&lt;b&gt;"');
    expect(text).toContain(hostile);
  });

  test.each(["\r\n", "\n", "\r", "\u2028", "\u0085", "\0"])("a subject with %j in it stays one line", (end) => {
    expect(layOut({ ...content, subject: `Hello${end}Bcc: everybody@example.org` }, "en").subject).toBe("Hello Bcc: everybody@example.org");
  });

  test("a subject is not longer than 200 characters", () => {
    expect([...layOut({ ...content, subject: "🎉".repeat(500) }, "en").subject]).toHaveLength(200);
  });

  test("groups codes of any length", () => {
    const code = (text: string): string => layOut({ ...content, paragraphs: [{ code: text }] }, "en").text;
    expect(code("12345678")).toContain("    1234 5678\n");
    expect(code("123456789012")).toContain("    1234 5678 9012\n");
    expect(code("ABCD-EFGH")).toContain("    ABCD-EFGH\n");
  });
});

test("escaped leaves no character that means something in HTML", () => {
  expect(escaped(`a<b>&"c'`)).toBe("a&lt;b&gt;&amp;&quot;c&#39;");
});

test.each([
  [600_000, "en", "10 minutes"],
  [600_000, "es", "10 minutos"],
  [599_990, "en", "10 minutes"],
  [3_600_000, "es", "1 hora"],
  [5_400_000, "en", "90 minutes"],
  [86_400_000, "en", "24 hours"],
  [7 * 86_400_000 - 3, "en", "7 days"],
  [36 * 3_600_000, "en", "36 hours"],
  [30_000, "en", "30 seconds"],
])("%i ms are in %s %s", (milliseconds, locale, words) => {
  expect(duration(milliseconds, locale)).toBe(words);
});
