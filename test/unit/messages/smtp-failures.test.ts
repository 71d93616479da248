import { once } from "node:events";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { smtp } from "denizen/smtp";
import type { SmtpOptions } from "denizen/smtp";
import { describe, expect, test } from "vitest";
import { CERTIFICATE } from "../../support/tls.js";
import { deadPort, gate, postOffice } from "./post-office.js";
import { sending } from "./sample.js";

const MAIL = { to: "ada@example.org", subject: "Hello", text: "1234 5678", html: "<p>1234 5678</p>" };

const to = (port: number, options: Partial<SmtpOptions> = {}) =>
  smtp({ host: "localhost", port, from: "Acme <no-reply@acme.example>", tls: { ca: CERTIFICATE }, ...options });

/** A server that takes connections, and does with them what it is told. */
async function bareServer(serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("what the server says about the recipient or the message", () => {
  test.each([
    ["recipient", 550, true],
    ["recipient", 551, true],
    ["recipient", 552, true],
    ["recipient", 553, true],
    ["recipient", 554, true],
    ["data", 554, true],
    ["recipient", 450, false],
    ["recipient", 451, false],
    ["recipient", 452, false],
    ["recipient", 421, false],
    ["recipient", 503, false],
    ["recipient", 530, false],
    ["data", 451, false],
    // For the operator: his server lets nobody send in that name.
    ["sender", 550, false],
    ["sender", 530, false],
    ["sender", 451, false],
  ] as const)("at the %s, %i: permanent is %s", async (at, reply, permanent) => {
    await using office = await postOffice({ refusing: { at, reply } });
    await using messenger = to(office.port);
    const failure = (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr();
    expect(failure).toMatchObject({ code: "message-failed", permanent });
    expect(failure.detail).toMatch(new RegExp(`^SMTP ${reply}(?: [45]\\.\\d+\\.\\d+)?$`));
    expect(JSON.stringify(failure)).not.toMatch(/ada|example/);
    expect(office.mails).toEqual([]);
  });

  test("is repeated by its numbers, and not in its words", async () => {
    await using office = await postOffice({
      hideENHANCEDSTATUSCODES: true,
      refusing: { at: "recipient", reply: 550, words: "5.1.1 <ada@example.org>: there is no such mailbox" },
    });
    await using messenger = to(office.port);
    const failure = (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr();
    expect(failure).toEqual({
      code: "message-failed",
      message: "the e-mail was not sent: SMTP 550 5.1.1",
      permanent: true,
      detail: "SMTP 550 5.1.1",
    });
  });

  test("ends no connection: the next message goes over the same one", async () => {
    const refusing = { at: "recipient", reply: 550 } as const;
    await using office = await postOffice({ refusing });
    await using messenger = to(office.port, { pool: { connections: 1 } });
    for (const key of ["k1", "k2"]) expect((await messenger.sendEmail(MAIL, sending(key))).isErr()).toBe(true);
    expect(office.connections).toBe(1);
  });
});

test("a refused log-in is for the operator to mend, and its failure shows neither name nor password", async () => {
  await using office = await postOffice({ login: { user: "acme", pass: "right" } });
  await using messenger = to(office.port, { auth: { user: "acme-user", pass: "wrong-hush" } });
  const failure = (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr();
  expect(failure).toMatchObject({ code: "message-failed", permanent: false });
  expect(failure.detail).toMatch(/^SMTP 535/);
  expect(JSON.stringify(failure)).not.toMatch(/acme|hush/);
});

describe("a server that cannot be reached", () => {
  test("one that is down", async () => {
    await using messenger = to(await deadPort());
    const failure = (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr();
    expect(failure).toMatchObject({ code: "message-failed", permanent: false, detail: "ECONNREFUSED" });
  });

  test("one whose name nobody knows", async () => {
    await using messenger = to(25, { host: "no-such-host.invalid" });
    expect((await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr()).toMatchObject({ code: "message-failed", permanent: false });
  });

  test("one that says nothing", async () => {
    await using server = await bareServer(() => undefined);
    await using messenger = to(server.port, { timeout: 200 });
    const failure = (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr();
    expect(failure).toMatchObject({ code: "message-failed", permanent: false });
    expect(failure.detail).toMatch(/^no answer within 200 ms$|^ETIMEDOUT$/);
  });

  test("one that says it has no time, before anything was asked", async () => {
    await using server = await bareServer((socket) => socket.end("554 5.7.1 you are on our list, no-reply@acme.example\r\n"));
    await using messenger = to(server.port);
    const failure = (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr();
    expect(failure).toMatchObject({ code: "message-failed", permanent: false });
    expect(JSON.stringify(failure)).not.toMatch(/acme|list/);
  });

  test("one that speaks something else", async () => {
    await using server = await bareServer((socket) => socket.end("HTTP/1.1 400 Bad Request ada@example.org\r\n\r\n"));
    await using messenger = to(server.port);
    const failure = (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr();
    expect(failure).toMatchObject({ code: "message-failed", permanent: false });
    expect(JSON.stringify(failure)).not.toMatch(/ada|HTTP/);
  });

  test("one that hangs up at once, every time", async () => {
    await using server = await bareServer((socket) => socket.destroy());
    await using messenger = to(server.port);
    expect((await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr()).toMatchObject({ code: "message-failed", permanent: false });
  });
});

describe("a server that never answers to a message", () => {
  const silent = () => {
    const arrived = gate();
    let first = true;
    const reading = (): Promise<void> => {
      arrived.open();
      if (!first) return Promise.resolve();
      first = false;
      return new Promise(() => undefined);
    };
    return { arrived: arrived.opened, office: postOffice({ reading }) };
  };

  test("fails it after the time that it may take", async () => {
    const { office: opening } = silent();
    await using office = await opening;
    await using messenger = to(office.port, { timeout: 500 });
    const failure = (await messenger.sendEmail(MAIL, sending()))._unsafeUnwrapErr();
    expect(failure).toMatchObject({ code: "message-failed", permanent: false });
    expect(failure.detail).toMatch(/^no answer within 500 ms$|^ETIMEDOUT$/);
  });

  test("does not keep who aborts, and the next one goes out", async () => {
    const { office: opening, arrived } = silent();
    await using office = await opening;
    await using messenger = to(office.port, { timeout: 60_000, pool: { connections: 1 } });
    const over = new AbortController();
    const sent = messenger.sendEmail(MAIL, sending("k1", over.signal));
    await arrived;
    over.abort(new Error("ada@example.org"));
    expect((await sent)._unsafeUnwrapErr()).toEqual({
      code: "message-failed",
      message: "the e-mail was not sent: aborted",
      permanent: false,
      detail: "aborted",
    });
    (await messenger.sendEmail(MAIL, sending("k2")))._unsafeUnwrap();
    expect(office.mails).toHaveLength(1);
  });
});

test("what was aborted before is not even begun", async () => {
  await using office = await postOffice();
  await using messenger = to(office.port);
  const failure = (await messenger.sendEmail(MAIL, sending("k1", AbortSignal.abort())))._unsafeUnwrapErr();
  expect(failure).toMatchObject({ code: "message-failed", permanent: false, detail: "aborted" });
  expect(office.connections).toBe(0);
});
