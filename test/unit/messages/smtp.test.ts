import { inspect } from "node:util";
import { ConfigurationError, Secret } from "denizen";
import { smtp } from "denizen/smtp";
import type { SmtpOptions } from "denizen/smtp";
import { describe, expect, test } from "vitest";
import { CERTIFICATE } from "../../support/tls.js";
import { gate, postOffice } from "./post-office.js";
import type { PostOffice } from "./post-office.js";
import { sending } from "./sample.js";

const MAIL = { to: "ada@example.org", subject: "Ça va?", text: "Código: 1234 5678\n", html: "<p>Código: 1234 5678 &amp; más</p>" };
const FROM = "Acme <no-reply@acme.example>";

const to = (office: PostOffice, options: Partial<SmtpOptions> = {}) =>
  smtp({ host: "localhost", port: office.port, from: FROM, tls: { ca: CERTIFICATE }, ...options });

describe("an e-mail", () => {
  test("arrives over STARTTLS, from and to whom it says, as text and HTML", async () => {
    await using office = await postOffice({
      onMailFrom: ({ address: _ }, { secure }, done) => done(secure ? null : new Error("not secure")),
    });
    await using messenger = to(office, { replyTo: { name: "Acme Help", address: "help@acme.example" } });
    (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrap();
    expect(office.mails).toHaveLength(1);
    const [{ mail, from, to: recipients, raw }] = office.mails as [(typeof office.mails)[number]];
    expect({ from, recipients }).toEqual({ from: "no-reply@acme.example", recipients: ["ada@example.org"] });
    expect(mail.subject).toBe(MAIL.subject);
    expect(mail.text).toBe(MAIL.text);
    expect(String(mail.html).trim()).toBe(MAIL.html);
    expect(mail.from?.value).toEqual([{ name: "Acme", address: "no-reply@acme.example" }]);
    expect(mail.replyTo?.value).toEqual([{ name: "Acme Help", address: "help@acme.example" }]);
    expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
    expect(raw).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect(raw.match(/charset=utf-8/g)).toHaveLength(2);
  });

  test("has the same Message-ID in every try, and another one than every other", async () => {
    await using office = await postOffice();
    await using messenger = to(office);
    for (const key of ["denizen-mail:e1", "denizen-mail:e1", "denizen-mail:e2"])
      (await messenger.sendEmail(MAIL, sending(key)))._unsafeUnwrap();
    const [first, again, other] = office.mails.map(({ mail }) => mail.messageId);
    expect(first).toMatch(/^<[\da-f]{64}@acme\.example>$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(office.mails.map(({ mail }) => `<${String(mail.headers.get("x-entity-ref-id"))}@acme.example>`)).toEqual([first, again, other]);
  });

  test("goes to one recipient, and no header of it is another", async () => {
    await using office = await postOffice();
    await using messenger = to(office);
    const subject = "Hello\r\nBcc: eve@evil.example\r\n\r\nbody";
    (await messenger.sendEmail({ ...MAIL, subject }, sending()))._unsafeUnwrap();
    expect(office.asked).toEqual(["ada@example.org"]);
    expect(office.mails[0]?.mail.bcc).toBeUndefined();
    expect(office.mails[0]?.mail.text).toBe(MAIL.text);
    for (const address of [
      "ada@example.org, eve@evil.example",
      "ada@example.org\r\nRCPT TO:<eve@evil.example>",
      "Ada <ada@example.org>",
      "",
    ]) {
      const failure = (await messenger.sendEmail({ ...MAIL, to: address }, sending()))._unsafeUnwrapErr();
      expect(failure).toMatchObject({ code: "message-failed", permanent: true });
    }
    expect(office.asked).toEqual(["ada@example.org"]);
  });

  test("finds domains and mailboxes that are not written in ASCII", async () => {
    await using office = await postOffice();
    await using messenger = to(office);
    (await messenger.sendEmail({ ...MAIL, to: "ada@bücher.example" }, sending()))._unsafeUnwrap();
    (await messenger.sendEmail({ ...MAIL, to: "josé@example.org" }, sending()))._unsafeUnwrap();
    // The server shows domains as people write them, however they have come.
    expect(office.asked.map((address) => address.replace("xn--bcher-kva", "bücher"))).toEqual(["ada@bücher.example", "josé@example.org"]);
  });
});

test("what is no e-mail at all is a failure, and never an exception", async () => {
  await using office = await postOffice();
  await using messenger = to(office);
  for (const wrong of [null, undefined, 1, {}, { ...MAIL, to: 7 }]) {
    const failure = (await messenger.sendEmail(wrong as never, sending()))._unsafeUnwrapErr();
    expect(failure.code).toBe("message-failed");
  }
  expect((await messenger.sendEmail(MAIL, undefined as never))._unsafeUnwrapErr().code).toBe("message-failed");
  expect(office.asked).toEqual([]);
});

describe("connections", () => {
  test("are used again", async () => {
    await using office = await postOffice();
    await using messenger = to(office);
    for (let n = 0; n < 5; n++) (await messenger.sendEmail(MAIL, sending(`k${n}`)))._unsafeUnwrap();
    expect(office.mails).toHaveLength(5);
    expect(office.connections).toBe(1);
  });

  test("are as many as the pool may have", async () => {
    await using office = await postOffice();
    await using messenger = to(office, { pool: { connections: 2 } });
    const sent = await Promise.all(Array.from({ length: 12 }, (_, n) => messenger.sendEmail(MAIL, sending(`k${n}`))));
    expect(sent.every((each) => each.isOk())).toBe(true);
    expect(office.mails).toHaveLength(12);
    expect(office.connections).toBe(2);
  });

  test("are opened again when the server has come back", async () => {
    const office = await postOffice();
    await using messenger = to(office);
    (await messenger.sendEmail(MAIL, sending("k1")))._unsafeUnwrap();
    await office[Symbol.asyncDispose]();
    expect((await messenger.sendEmail(MAIL, sending("k2")))._unsafeUnwrapErr()).toMatchObject({ permanent: false });
    await using back = await postOffice({ port: office.port });
    (await messenger.sendEmail(MAIL, sending("k2")))._unsafeUnwrap();
    expect(back.mails).toHaveLength(1);
  });

  test("are closed when it is disposed, after what is on its way has been taken", async () => {
    const [arrived, go] = [gate(), gate()];
    await using office = await postOffice({
      reading: () => {
        arrived.open();
        return go.opened;
      },
    });
    const messenger = to(office);
    const sent = messenger.sendEmail(MAIL, sending());
    await arrived.opened;
    const disposed = messenger[Symbol.asyncDispose]();
    const refused = await messenger.sendEmail(MAIL, sending("k2"));
    go.open();
    await disposed;
    (await sent)._unsafeUnwrap();
    expect(refused._unsafeUnwrapErr()).toMatchObject({ code: "message-failed", permanent: false, detail: "disposed" });
    expect(office.mails).toHaveLength(1);
  });
});

describe("TLS", () => {
  test("from the first byte on", async () => {
    await using office = await postOffice({ secure: true });
    await using messenger = to(office, { secure: true });
    (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrap();
    expect(office.mails).toHaveLength(1);
  });

  test("a server without it is sent nothing, no password either", async () => {
    const login = { user: "acme", pass: "hush" };
    await using office = await postOffice({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"], allowInsecureAuth: true, login });
    await using messenger = to(office, { auth: login });
    expect((await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr()).toMatchObject({ code: "message-failed", permanent: false });
    expect([office.mails, office.asked, office.logIns]).toEqual([[], [], []]);
  });

  test("a server that nobody vouches for is sent nothing, no password either", async () => {
    const login = { user: "acme", pass: "hush" };
    await using office = await postOffice({ login });
    await using messenger = to(office, { tls: {}, auth: login });
    expect((await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr()).toMatchObject({ code: "message-failed", permanent: false });
    expect([office.mails, office.asked, office.logIns]).toEqual([[], [], []]);
  });

  test("nor is one whose certificate has another name, unless that name is what is expected", async () => {
    await using office = await postOffice();
    await using stranger = to(office, { tls: { ca: CERTIFICATE, servername: "mail.acme.example" } });
    expect((await stranger.sendEmail(MAIL, sending()))._unsafeUnwrapErr()).toMatchObject({ permanent: false });
    expect(office.asked).toEqual([]);
    await using known = to(office, { host: "127.0.0.1", tls: { ca: [CERTIFICATE], servername: "localhost" } });
    (await known.sendEmail(MAIL, sending()))._unsafeUnwrap();
  });

  test("is left out when one says so, for a server on this machine", async () => {
    await using office = await postOffice({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    await using messenger = to(office, { insecure: true, tls: {} });
    (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrap();
    expect(office.mails).toHaveLength(1);
  });
});

describe("logging in", () => {
  const login = { user: "acme@mail", pass: "p@ss:w/ö rd" };

  test.each<[string, (port: number) => Partial<SmtpOptions>]>([
    ["with auth", () => ({ auth: login })],
    ["with a pass that is a Secret", () => ({ auth: { ...login, pass: new Secret(login.pass) } })],
  ])("%s, over TLS", async (_, options) => {
    await using office = await postOffice({ login });
    await using messenger = to(office, options(office.port));
    (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrap();
    expect(office.logIns).toEqual([{ user: login.user, secure: true }]);
  });

  test("with a URL, percent-encoded", async () => {
    await using office = await postOffice({ login });
    const url = `smtp://${encodeURIComponent(login.user)}:${encodeURIComponent(login.pass)}@localhost:${office.port}`;
    await using messenger = smtp({ url, from: FROM, tls: { ca: CERTIFICATE } });
    (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrap();
    await using hidden = smtp({ url: new Secret(url), from: FROM, tls: { ca: CERTIFICATE } });
    (await hidden.sendEmail(MAIL, sending("k2")))._unsafeUnwrap();
    expect(office.logIns).toHaveLength(2);
  });

  test("what is made of the password shows it nowhere", async () => {
    const messenger = smtp({ host: "localhost", from: FROM, auth: { user: "acme", pass: "hush-hush" } });
    expect(inspect(messenger, { depth: 10, showHidden: true })).not.toContain("hush");
    expect(JSON.stringify(messenger)).not.toContain("hush");
    await messenger[Symbol.asyncDispose]();
  });
});

describe("a configuration that cannot be", () => {
  const problemsOf = (options: object): readonly string[] => {
    try {
      smtp(options as SmtpOptions);
    } catch (thrown) {
      expect(inspect(thrown, { depth: 10 })).not.toContain("hush");
      if (thrown instanceof ConfigurationError) return thrown.problems;
      throw thrown;
    }
    return [];
  };
  const good = { host: "mail.example", from: FROM };

  test.each([
    [{ from: FROM }, "host must be"],
    [{ ...good, host: "mail.example:25" }, "host must be"],
    [{ ...good, host: "mail example" }, "host must be"],
    [{ ...good, host: "user:hush@mail.example" }, "host must be"],
    [{ ...good, port: 0 }, "port must be"],
    [{ ...good, port: "587" }, "port must be"],
    [{ ...good, secure: "yes" }, "secure must be"],
    [{ ...good, auth: { user: "acme" } }, "auth must have"],
    [{ ...good, auth: { user: "", pass: "hush" } }, "auth must have"],
    [{ ...good, auth: "acme:hush" }, "auth must have"],
    [{ ...good, from: undefined }, "from must be"],
    [{ ...good, from: "Acme" }, "from must be"],
    [{ ...good, from: "a@acme.example, b@acme.example" }, "from must be"],
    [{ ...good, from: { name: "Acme\r\nBcc: x", address: "a@acme.example" } }, "from must be"],
    [{ ...good, from: "Acme\n <a@acme.example>" }, "from must be"],
    [{ ...good, replyTo: "x" }, "replyTo must be"],
    [{ ...good, pool: { connections: 0 } }, "pool.connections must be"],
    [{ ...good, timeout: 0 }, "timeout must be"],
    [{ ...good, tls: { rejectUnauthorized: false } }, "there is no option tls.rejectUnauthorized"],
    [{ ...good, tls: null }, "tls must be an object"],
    [{ ...good, pool: 5 }, "pool must be an object"],
    [{ ...good, pool: { maxConnections: 5 } }, "there is no option pool.maxConnections"],
    [{ ...good, insecure: true }, "insecure is for a server on this machine only"],
    [{ ...good, host: "localhost.evil.example", insecure: true }, "insecure is for a server on this machine only"],
    [{ ...good, host: "localhost", insecure: true, secure: true }, "either insecure or secure"],
    [{ ...good, requireTLS: false }, "there is no option requireTLS"],
    [{ url: "https://mail.example", from: FROM }, "url must be"],
    [{ url: "smtp://u:hush@mail.example?requireTLS=false", from: FROM }, "url must be"],
    [{ url: "smtp://u:hush%@mail.example", from: FROM }, "url must be"],
    [{ url: "smtp://u:hush@mail.example/x", from: FROM }, "url must be"],
    [{ url: "smtp://mail.example", host: "mail.example", from: FROM }, "either url or host"],
    [{ url: "smtp://:587", from: FROM }, "url must be"],
    [{ url: "smtps://u:hush@[::1]", from: "no-reply@acme.example" }, undefined],
    [{ url: new Secret("smtp://localhost:1025"), insecure: true, from: FROM }, undefined],
    [good, undefined],
  ])("%j", (options, problem) => {
    const [first] = problemsOf(options);
    if (problem === undefined) expect(first).toBeUndefined();
    else expect(first).toContain(`smtp: ${problem}`);
  });

  test("names every problem at once", () => {
    expect(problemsOf({ port: 0, from: "x", timeout: -1 })).toHaveLength(4);
  });

  test.each([null, undefined, 1, "smtp://mail.example"])("%j is no object of options", (options) => {
    expect(() => smtp(options as unknown as SmtpOptions)).toThrow(ConfigurationError);
  });
});
