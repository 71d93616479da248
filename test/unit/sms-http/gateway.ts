import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Result } from "denizen";
import { smsHttp } from "denizen/sms-http";
import type { SigningSecrets, SmsHttpOptions } from "denizen/sms-http";
import type { MessageFailed, Sending, SmsMessage } from "denizen/ports";

export const SECRET = "gateway-secret-0123456789abcdef0123456789";
export const SMS: SmsMessage = { to: "+34600123456", text: "Your code is 12345678" };

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface Gateway {
  readonly url: string;
  readonly received: readonly Received[];
  /** How it answers from now on. 202 at first. */
  answer(how: number | Answer): void;
  /** When nobody waits any more for the answer to the last request. */
  dropped(): Promise<unknown>;
  close(): Promise<void>;
}

/** A gateway on this machine, that keeps what it is sent. */
export async function gateway(): Promise<Gateway> {
  const received: Received[] = [];
  let answer: Answer = (response) => response.writeHead(202).end("{}");
  let over: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    over = once(response, "close");
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    // A server that listens on TCP has such an address.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`,
    received,
    answer: (how) => {
      answer = typeof how === "number" ? (response) => response.writeHead(how).end("no") : how;
    },
    dropped: () => over,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const sending = (more: Partial<Sending> = {}): Sending => ({
  idempotencyKey: "denizen-sms:01935f3c-7f3a-7000-8000-000000000001",
  signal: new AbortController().signal,
  ...more,
});

type Rest = Partial<Omit<SmsHttpOptions, "url" | keyof SigningSecrets>>;

/** One SMS over a messenger with the usual secret. */
export const send = (url: string, options: Rest = {}, how: Partial<Sending> = {}): PromiseLike<Result<void, MessageFailed>> =>
  smsHttp({ url, secret: SECRET, ...options }).sendSms(SMS, sending(how));

/** What is told of a failure, or `ok`. */
export const told = async (sent: PromiseLike<Result<void, MessageFailed>>): Promise<string> =>
  (await sent).match(
    () => "ok",
    ({ detail, permanent }) => `${detail}${permanent ? ", for good" : ""}`,
  );
