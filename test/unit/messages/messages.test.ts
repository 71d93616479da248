import { ConfigurationError, domainError, errAsync } from "denizen";
import { english, messages, spanish } from "denizen/messages";
import type { MessagesOptions } from "denizen/messages";
import type { Messenger, UserMessage } from "denizen/ports";
import { describe, expect, test } from "vitest";
import { LINKS, pigeon, sample, sending } from "./sample.js";

/** What arrives of one message. */
async function sent(message: UserMessage, options: Partial<MessagesOptions> = {}) {
  const { emails, texts, messenger } = pigeon();
  const result = await messages({ email: messenger, sms: messenger, product: "Acme", links: LINKS, ...options }).send(message, sending());
  return { result, email: emails[0], sms: texts[0], count: emails.length + texts.length };
}

const failureOf = async (message: UserMessage, options: Partial<MessagesOptions>) => {
  const { result, count } = await sent(message, options);
  expect(count).toBe(0);
  return result._unsafeUnwrapErr();
};

describe("where a message goes", () => {
  test("by e-mail or by SMS, with the key and the signal of its sending", async () => {
    const { emails, texts, messenger } = pigeon();
    const post = messages({ email: messenger, sms: messenger, product: "Acme" });
    const [one, two] = [sending("k1"), sending("k2")];
    (await post.send(sample("log-in"), one))._unsafeUnwrap();
    (await post.send(sample("log-in", { channel: "phone" }), two))._unsafeUnwrap();
    expect(emails).toMatchObject([{ to: "ada@example.org", idempotencyKey: "k1" }]);
    expect(texts).toMatchObject([{ to: "+34600000001", idempotencyKey: "k2" }]);
    expect(emails[0]?.signal).toBe(one.signal);
    expect(texts[0]?.signal).toBe(two.signal);
  });

  test("nowhere, for good, where there is no messenger for it", async () => {
    const { messenger } = pigeon();
    const byPhone = await messages({ email: messenger, product: "Acme" }).send(sample("verify-phone"), sending());
    const byEmail = await messages({ sms: messenger, product: "Acme" }).send(sample("log-in"), sending());
    expect(byPhone._unsafeUnwrapErr()).toMatchObject({ code: "message-failed", permanent: true, detail: "there is no messenger for SMS" });
    expect(byEmail._unsafeUnwrapErr()).toMatchObject({
      code: "message-failed",
      permanent: true,
      detail: "there is no messenger for e-mails",
    });
  });

  test("nowhere, for good, where there are no words for it on its way", async () => {
    expect(await failureOf(sample("verify-phone", { channel: "email" }), {})).toMatchObject({ permanent: true });
    expect(await failureOf(sample("invitation", { channel: "phone" }), {})).toMatchObject({ permanent: true });
    expect(await failureOf(sample("new-device", { channel: "phone" }), {})).toMatchObject({ permanent: true });
  });

  test.each(["revert-email", "invitation"] as const)("%s without a link to go to is refused for good, and says which", async (kind) => {
    const failure = await failureOf(sample(kind), { links: {} });
    expect(failure).toMatchObject({ code: "message-failed", permanent: true });
    expect(failure.detail).toContain(`links["${kind}"]`);
  });

  test("nor is anything sent whose code has had its time and whose link is not configured", async () => {
    const failure = await failureOf(sample("verify-email", { code: null }), { links: {} });
    expect(failure).toMatchObject({ permanent: true });
    expect(failure.detail).toContain('links["verify-email"]');
  });

  test("what a messenger answers is what it answers", async () => {
    const failure = domainError("message-failed", "no", { permanent: true, detail: "no such mailbox" });
    const email: Pick<Messenger, "sendEmail"> = { sendEmail: () => errAsync(failure) };
    expect((await sent(sample("log-in"), { email })).result._unsafeUnwrapErr()).toBe(failure);
  });

  test("a template, a locale or a messenger that throws is a failure, to be tried again, that repeats none of its words", async () => {
    const boom = (): never => {
      throw new Error("ada@example.org 12345678");
    };
    for (const options of [{ templates: { en: { ...english, "log-in": boom } } }, { locale: boom }, { email: { sendEmail: boom } }]) {
      const failure = await failureOf(sample("log-in"), options);
      expect(failure).toMatchObject({ code: "message-failed", permanent: false });
      expect(JSON.stringify(failure)).not.toMatch(/ada|1234/);
    }
  });
});

describe("notices", () => {
  test("only those that are wanted are sent", async () => {
    const notices = ["password-changed"] as const;
    expect((await sent(sample("password-changed"), { notices })).count).toBe(1);
    for (const kind of ["new-device", "sign-up-repeated", "factor-added", "factor-removed"] as const) {
      const { result, count } = await sent(sample(kind), { notices });
      expect(result.isOk()).toBe(true);
      expect(count).toBe(0);
    }
  });

  test("what asks for something is sent in any case", async () => {
    expect((await sent(sample("log-in"), { notices: [] })).count).toBe(1);
  });
});

describe("the language", () => {
  const speaking = (attributes: UserMessage["user"]["attributes"]): UserMessage => {
    const message = sample("log-in");
    return { ...message, user: { ...message.user, attributes } };
  };
  const EN = "Log in to Acme";
  const ES = "Inicie sesión en Acme";

  test.each([
    [{}, EN],
    [{ locale: "es" }, ES],
    [{ locale: "es-MX" }, ES],
    [{ locale: "ES_ar" }, ES],
    [{ language: "es" }, ES],
    [{ locale: "fr", language: "es" }, ES],
    [{ locale: "fr-CA" }, EN],
    [{ locale: "est" }, EN],
    [{ locale: 34 }, EN],
    [{ locale: "x".repeat(10_000) }, EN],
    [{ locale: "__proto__" }, EN],
  ])("of a user with %j", async (attributes, subject) => {
    expect((await sent(speaking(attributes))).email?.subject).toBe(subject);
  });

  test("is what locale says, where there is that one", async () => {
    expect((await sent(speaking({ locale: "en" }), { locale: () => "es-419" })).email?.subject).toBe(ES);
    expect((await sent(speaking({ locale: "es" }), { locale: () => "fr" })).email?.subject).toBe(EN);
    const { email } = await sent(speaking({}), { locale: ({ tenant }) => (tenant === "default" ? "es" : "en") });
    expect(email?.subject).toBe(ES);
  });

  test("is the first there is, where no other is asked for; the longest tag that fits, where there are several", async () => {
    const own = (subject: string) => ({ ...english, "log-in": () => ({ subject, greeting: "", paragraphs: [], closing: "" }) });
    const templates = { de: own("Anmelden"), pt: own("Entrar"), "pt-BR": own("Entrar, né") };
    const subjectFor = async (locale?: string) =>
      (await sent(speaking(locale === undefined ? {} : { locale }), { templates })).email?.subject;
    expect(await subjectFor()).toBe("Anmelden");
    expect(await subjectFor("es")).toBe("Anmelden");
    expect(await subjectFor("pt-PT")).toBe("Entrar");
    expect(await subjectFor("pt-br")).toBe("Entrar, né");
  });
});

test("a host says one thing in its own words, and the others stay as they are", async () => {
  const templates = {
    en: {
      ...english,
      invitation: ({ name, product, link }: Parameters<typeof english.invitation>[0]) => ({
        subject: `${name ?? "You"} at ${product}`,
        greeting: "Ahoy,",
        paragraphs: [...(link === null ? [] : [{ link: link.url, label: "Come aboard" }])],
        closing: "The crew",
      }),
    },
    es: spanish,
  };
  const { email } = await sent(sample("invitation"), { templates });
  expect(email?.subject).toBe("Ada Lovelace at Acme");
  expect(email?.text).toMatch(/^Ahoy,\n\nCome aboard:\nhttp:\/\/localhost:3000\/invitation\/a%2Bb%2Fc%3Dd%26e%23f\n\nThe crew\n$/);
  expect((await sent(sample("log-in"), { templates })).email?.subject).toBe("Log in to Acme");
});

describe("a name that somebody has chosen to be read by a stranger", () => {
  test.each([
    "Click http://evil.example",
    "Win at evil.example",
    "evil．example now",
    "evil。example now",
    "www evil example",
    "write me@evil",
    "Call +34 600 000 001",
    "Visit: evil",
    "a/b",
    "x".repeat(65),
  ])("%s is left out", async (name) => {
    const { email } = await sent(sample("verify-email", { name }));
    expect(email?.text).toMatch(/^Hello,\n/);
    for (const form of [email?.subject, email?.text, email?.html]) expect(form).not.toContain(name);
  });

  test.each(["Ada Lovelace", "J. R. R. Tolkien", "Dr. Ágnes O'Neill-Szabó", "李小龍", "Louis XIV", "R2-D2", "x".repeat(64)])(
    "%s is a name",
    async (name) => {
      expect((await sent(sample("verify-email", { name }))).email?.text).toContain(`Hello ${name},`);
    },
  );

  test("one with markup in it is text in HTML", async () => {
    const { email } = await sent(sample("invitation", { name: "<b onclick=x>Ada" }));
    expect(email?.html).toContain("Hello &lt;b onclick=x&gt;Ada,");
    expect(email?.html).not.toContain("<b ");
  });

  test("none at all is no trouble", async () => {
    const message = sample("log-in");
    expect((await sent({ ...message, user: { ...message.user, name: null } })).email?.text).toMatch(/^Hello,\n/);
  });

  test("a device that calls itself a link is not named either", async () => {
    const { email } = await sent(sample("new-device", { detail: "secure your account at https://evil.example" }));
    expect(email?.text).not.toContain("evil");
  });
});

describe("a configuration that cannot be", () => {
  const problemsOf = (options: object): readonly string[] => {
    try {
      messages(options as MessagesOptions);
    } catch (thrown) {
      if (thrown instanceof ConfigurationError) return thrown.problems;
      throw thrown;
    }
    return [];
  };
  const { messenger } = pigeon();
  const good = { email: messenger, product: "Acme" };

  test.each([
    [{ product: "Acme" }, "messages: email or sms must be given"],
    [{ ...good, product: "" }, "messages: product must be a name of 1 to 60 characters, on one line"],
    [{ ...good, product: "Acme\r\nBcc: x" }, "messages: product must be a name of 1 to 60 characters, on one line"],
    [{ ...good, email: {} }, "messages: email must be a messenger with sendEmail"],
    [{ ...good, sms: null }, "messages: sms must be a messenger with sendSms"],
    [{ ...good, mail: messenger }, 'messages: there is no option "mail"'],
    [{ ...good, links: "https://a.example" }, "messages: links must be an object of URLs"],
    [{ ...good, links: { "verify-phone": "https://a.example/{token}" } }, 'messages: links: there is no link for "verify-phone"'],
    [{ ...good, links: { "log-in": "https://a.example/" } }, 'messages: links["log-in"] must be a URL with {token} in it, once'],
    [
      { ...good, links: { "log-in": "https://a.example/{token}{token}" } },
      'messages: links["log-in"] must be a URL with {token} in it, once',
    ],
    [{ ...good, links: { "log-in": "/in#{token}" } }, 'messages: links["log-in"] must be an absolute URL'],
    [{ ...good, links: { "log-in": "http://a.example/#{token}" } }, 'messages: links["log-in"] must be https'],
    [{ ...good, links: { "log-in": "https://localhost.evil.example/#{token}" } }, undefined],
    [{ ...good, links: { "log-in": "http://localhost.evil.example/#{token}" } }, 'messages: links["log-in"] must be https'],
    [{ ...good, links: { "log-in": "javascript:alert('{token}')" } }, 'messages: links["log-in"] must be https'],
    [{ ...good, links: { "log-in": "https://{token}.example/" } }, 'messages: links["log-in"] must have {token} behind its host'],
    [{ ...good, links: { "log-in": "https://a.example{token}/" } }, 'messages: links["log-in"] must have {token} behind its host'],
    [{ ...good, links: { "log-in": "https://u:p@a.example/{token}" } }, 'messages: links["log-in"] must not hold credentials'],
    [{ ...good, links: { "log-in": "http://127.0.0.1:3000/?t={token}" } }, undefined],
    [{ ...good, templates: {} }, "messages: templates must have one language at least"],
    [{ ...good, templates: { english } }, undefined],
    [{ ...good, templates: { "e n": english } }, 'messages: templates: "e n" is no language tag'],
    [{ ...good, templates: { en: { ...english, invitation: "hi" } } }, 'messages: templates.en["invitation"] must be a function'],
    [{ ...good, templates: { en: { ...english, sms: {} } } }, 'messages: templates.en.sms["verify-phone"] must be a function'],
    [{ ...good, locale: "en" }, "messages: locale must be a function"],
    [{ ...good, notices: ["log-in"] }, expect.stringContaining("messages: notices must be a list of")],
    [{ ...good, notices: "all" }, expect.stringContaining("messages: notices must be a list of")],
    [good, undefined],
  ])("%j", (options, problem) => {
    expect(problemsOf(options)[0]).toEqual(problem);
  });

  test("names every problem at once", () => {
    expect(problemsOf({ product: 1, links: { "log-in": "x", invitation: 2 }, locale: 3 })).toHaveLength(5);
  });

  test.each([
    null,
    undefined,
    1,
    "x",
    new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    ),
  ])("not even an object of options", (options) => {
    expect(() => messages(options as MessagesOptions)).toThrow(ConfigurationError);
  });
});
