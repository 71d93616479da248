import { createHmac } from "node:crypto";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "denizen";
import { smsHttp } from "denizen/sms-http";
import type { SmsFetch } from "denizen/sms-http";
import { fixedClock } from "denizen/testing";
import { SECRET, SMS, gateway, send, sending, told } from "./gateway.js";
import type { Gateway } from "./gateway.js";

let at: Gateway;
beforeEach(async () => {
  at = await gateway();
});
afterEach(() => at.close());

const status = (code: number) => async () => {
  at.answer(code);
  return told(send(at.url));
};

describe("a request", () => {
  test("has the number and the text as JSON, and the sender where there is one", async () => {
    expect(await told(send(at.url))).toBe("ok");
    expect(await told(send(at.url, { from: "Denizen" }))).toBe("ok");
    expect(at.received.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual([
      ["POST", "/sms", SMS],
      ["POST", "/sms", { ...SMS, from: "Denizen" }],
    ]);
  });

  test("names its message, its time and its sender in headers, and has those of the host", async () => {
    const headers = { Authorization: new Secret("Bearer abc"), "x-account": "7" };
    expect(await told(send(at.url, { clock: fixedClock(), headers }))).toBe("ok");
    const [request] = at.received;
    const key = "denizen-sms:01935f3c-7f3a-7000-8000-000000000001";
    const timestamp = String(Date.parse("2026-01-01T00:00:00.000Z") / 1000);
    const signature = createHmac("sha256", SECRET)
      .update(`${timestamp}.${key}.${String(request?.body)}`)
      .digest("hex");
    expect(request?.headers).toMatchObject({
      "content-type": "application/json",
      "idempotency-key": key,
      "x-denizen-timestamp": timestamp,
      "x-denizen-signature": `v1=${signature}`,
      authorization: "Bearer abc",
      "x-account": "7",
    });
  });

  test("has the time of the machine where no clock is given", async () => {
    const before = Math.floor(Date.now() / 1000);
    expect(await told(send(at.url))).toBe("ok");
    const timestamp = Number(at.received[0]?.headers["x-denizen-timestamp"]);
    expect(timestamp).toBeGreaterThanOrEqual(before);
    expect(timestamp).toBeLessThanOrEqual(Math.floor(Date.now() / 1000));
  });

  test("carries any text whole", async () => {
    const text = 'Código: 12345678 "✓" \u{1f511}\n\u0000';
    expect(await told(smsHttp({ url: new URL(at.url), secret: SECRET }).sendSms({ to: SMS.to, text }, sending()))).toBe("ok");
    expect(JSON.parse(at.received[0]?.body ?? "")).toEqual({ to: SMS.to, text });
  });
});

describe("an answer", () => {
  test.each([200, 201, 202, 204])("%i is taken", async (code) => {
    expect(await status(code)()).toBe("ok");
  });

  test.each([400, 404, 410, 422])("%i is a message that can never be sent", async (code) => {
    expect(await status(code)()).toBe(`http ${code}, for good`);
  });

  test.each([401, 402, 403, 405, 408, 409, 413, 425, 429, 500, 501, 502, 503, 504, 599])("%i is worth another try", async (code) => {
    expect(await status(code)()).toBe(`http ${code}`);
  });

  test.each([301, 302, 303, 307, 308])("%i is not followed, wherever it points", async (code) => {
    at.answer((response) => response.writeHead(code, { location: `${at.url}/elsewhere` }).end());
    expect(await told(send(at.url))).toBe(`http ${code}`);
    expect(at.received.map(({ url }) => url)).toEqual(["/sms"]);
  });

  test("of any length is not read", async () => {
    let written = 0;
    const chunk = Buffer.alloc(64 * 1024);
    at.answer((response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    expect(await told(send(at.url))).toBe("ok");
    // It would never end: that it is over says that nobody listens.
    await at.dropped();
    expect(written).toBeLessThan(100 * 1024 * 1024);
  });

  test("is taken by its first line, also when the rest of it never comes", async () => {
    at.answer((response) => response.writeHead(200, { "content-length": "1000" }).write("half", () => response.destroy()));
    expect(await told(send(at.url))).toBe("ok");
  });
});

describe("no answer", () => {
  test("in time is a failure, and the request is given up", async () => {
    at.answer(() => undefined);
    expect(await told(send(at.url, { timeout: 50 }))).toBe("timed out");
    await at.dropped();
    expect(at.received).toHaveLength(1);
  });

  test("from a fetch that hears no signal is a failure too", async () => {
    const fetch: SmsFetch = () => new Promise(() => undefined);
    expect(await told(send(at.url, { fetch, timeout: 20 }))).toBe("timed out");
  });

  test("is waited for no longer than the worker waits", async () => {
    const worker = new AbortController();
    at.answer(() => worker.abort(new Error("the delivery took too long")));
    expect(await told(send(at.url, {}, { signal: worker.signal }))).toBe("timed out");
    await at.dropped();
  });

  test("is asked for when the worker has given up before", async () => {
    expect(await told(send(at.url, {}, { signal: AbortSignal.abort() }))).toBe("timed out");
    expect(at.received).toHaveLength(0);
  });

  test("comes from a port where nobody listens", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // A server that listens on TCP has such an address.
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await told(send(`http://127.0.0.1:${port}/`))).toBe("connection failed");
  });

  test("comes from a server that hangs up", async () => {
    at.answer((_, request) => request.socket.destroy());
    expect(await told(send(at.url))).toBe("connection failed");
  });

  test("comes from a server that hangs up in the midst of its headers", async () => {
    at.answer((_, request) => request.socket.end("HTTP/1.1 200 OK\r\ncontent-ty"));
    expect(await told(send(at.url))).toBe("connection failed");
  });

  test("comes from a server that speaks no HTTP", async () => {
    at.answer((_, request) => request.socket.end("220 smtp.example.com ESMTP\r\n"));
    expect(await told(send(at.url))).toBe("connection failed");
  });
});

describe("a failure", () => {
  test("says neither whom, nor what, nor what the gateway said", async () => {
    at.answer((response) => response.writeHead(503).end(`no credit for ${SMS.to}: ${SMS.text}`));
    const refused = (await send(at.url))._unsafeUnwrapErr();
    const broken = (await send(at.url, { fetch: () => Promise.reject(new Error(`${at.url} ${SMS.to} ${SECRET}`)) }))._unsafeUnwrapErr();
    expect(refused).toEqual({ code: "message-failed", message: "the SMS was not sent: http 503", permanent: false, detail: "http 503" });
    expect(broken).toEqual({
      code: "message-failed",
      message: "the SMS was not sent: connection failed",
      permanent: false,
      detail: "connection failed",
    });
  });

  test.each<[string, unknown[]]>([
    ["nothing at all", []],
    ["no message", [undefined, sending()]],
    ["no sending", [SMS]],
    ["no signal", [SMS, { idempotencyKey: "one" }]],
    ["a key that no header can have", [SMS, sending({ idempotencyKey: "a\r\nb" })]],
    ["a message that throws when it is read", [new Proxy({}, { get: () => expect.fail("read") }), sending()]],
  ])("is the answer to %s, and no rejection", async (_, given) => {
    const messenger = smsHttp({ url: at.url, secret: SECRET });
    expect(await told(Reflect.apply(messenger.sendSms, undefined, given))).toBe("connection failed");
    expect(at.received).toHaveLength(0);
  });

  test("comes of a fetch that throws at once", async () => {
    const fetch: SmsFetch = () => {
      throw new Error("hostile");
    };
    expect(await told(send(at.url, { fetch }))).toBe("connection failed");
  });
});

test("the messenger shows no secret when it is printed", () => {
  const messenger = smsHttp({ url: at.url, secret: SECRET, headers: { authorization: "Bearer abc" } });
  const shown = `${inspect(messenger, { depth: 9, showHidden: true })} ${JSON.stringify(messenger)} ${messenger.sendSms.toString()}`;
  expect(shown).toContain("sendSms");
  expect(shown).not.toContain(SECRET);
  expect(shown).not.toContain("Bearer abc");
});
