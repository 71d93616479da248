import { once } from "node:events";
import { simpleParser } from "mailparser";
import type { ParsedMail } from "mailparser";
import { SMTPServer } from "smtp-server";
import type { SMTPServerOptions } from "smtp-server";
import { CERTIFICATE, KEY } from "../../support/tls.js";

export interface Arrived {
  readonly from: string | undefined;
  readonly to: readonly string[];
  readonly mail: ParsedMail;
  readonly raw: string;
}

export interface PostOffice extends AsyncDisposable {
  readonly port: number;
  /** Oldest first. */
  readonly mails: readonly Arrived[];
  /** The recipients that were asked for, taken or not. */
  readonly asked: readonly string[];
  /** How many have connected. */
  readonly connections: number;
  /** Who has logged in, with TLS or without. */
  readonly logIns: readonly { readonly user: string | undefined; readonly secure: boolean }[];
}

interface Rules extends SMTPServerOptions {
  readonly port?: number;
  /** What is answered to whom, if not yes. */
  readonly refusing?: { readonly at: "sender" | "recipient" | "data"; readonly reply: number; readonly words?: string };
  /** Called when a message has come in; it is answered when that ends. */
  readonly reading?: () => Promise<void>;
  /** The only ones who may send. */
  readonly login?: { readonly user: string; readonly pass: string };
}

const refusal = ({ reply, words }: { readonly reply: number; readonly words?: string }): Error =>
  Object.assign(new Error(words ?? "no, ada@example.org"), { responseCode: reply });

/** A real SMTP server in this process, which keeps what it is sent. */
export async function postOffice({ port = 0, refusing, reading, login, ...options }: Rules = {}): Promise<PostOffice> {
  const mails: Arrived[] = [];
  const asked: string[] = [];
  const logIns: { user: string | undefined; secure: boolean }[] = [];
  let connections = 0;
  const server = new SMTPServer({
    key: KEY,
    cert: CERTIFICATE,
    disableReverseLookup: true,
    authOptional: login === undefined,
    closeTimeout: 10,
    onConnect: (_session, done) => {
      connections++;
      done();
    },
    onAuth: ({ username, password }, { secure }, done) => {
      logIns.push({ user: username, secure });
      if (username === login?.user && password === login?.pass) done(null, { user: username });
      else done(refusal({ reply: 535, words: `5.7.8 ${String(username)} and ${String(password)} are wrong` }));
    },
    onMailFrom: (_address, _session, done) => done(refusing?.at === "sender" ? refusal(refusing) : null),
    onRcptTo: ({ address }, _session, done) => {
      asked.push(address);
      done(refusing?.at === "recipient" ? refusal(refusing) : null);
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = envelope;
        const keep = async (): Promise<void> => {
          await reading?.();
          const mail = await simpleParser(raw);
          if (refusing?.at === "data") return done(refusal(refusing));
          mails.push({
            from: mailFrom === false ? undefined : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            mail,
            raw: raw.toString("latin1"),
          });
          done(null, "taken");
        };
        keep().catch(done);
      });
    },
    ...options,
  });
  // What a client that gives up leaves behind.
  server.on("error", () => undefined);
  const listener = server.listen(port, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    mails,
    asked,
    logIns,
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

/** A port that nobody listens on. */
export async function deadPort(): Promise<number> {
  await using office = await postOffice();
  return office.port;
}

/** A promise that is kept from outside. */
export function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
