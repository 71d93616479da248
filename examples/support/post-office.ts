import { createServer } from "node:http";
import { once } from "node:events";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { verifySignature } from "denizen/sms-http";

/** A mail as its reader has it before him. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** An SMTP server and an SMS gateway, as real as the ones a product has: whatever arrives can be read by its address. Port 0 is any. */
export async function postOffice(secret: string, ports = { smtp: 0, gateway: 0 }) {
  const mails: Mail[] = [];
  const texts: { readonly to: string; readonly text: string }[] = [];

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, _session, taken) => {
      simpleParser(stream).then((mail) => {
        const to = Array.isArray(mail.to) ? mail.to[0] : mail.to;
        mails.push({ to: to?.text ?? "", subject: mail.subject ?? "", text: mail.text ?? "" });
        taken();
      }, taken);
    },
  });
  smtp.listen(ports.smtp, "127.0.0.1");
  await once(smtp.server, "listening");

  const gateway = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      verifySignature({ secret, headers: request.headers, body, now: Date.now() }).then(
        (genuine) => {
          if (genuine) texts.push(JSON.parse(body) as (typeof texts)[number]);
          response.writeHead(genuine ? 202 : 401).end();
        },
        () => response.writeHead(500).end(),
      );
    });
  });
  gateway.listen(ports.gateway, "127.0.0.1");
  await once(gateway, "listening");

  const portOf = (address: unknown): number => (address as { readonly port: number }).port;
  return {
    smtp: { host: "127.0.0.1", port: portOf(smtp.server.address()) },
    gateway: `http://127.0.0.1:${portOf(gateway.address())}/sms`,
    /** The newest one that has this in it: several may arrive at once, in any order. */
    mail: (to: string, words: string): Mail =>
      mails.findLast((mail) => mail.to === to && mail.text.includes(words)) ?? { to, subject: "", text: "" },
    text: (to: string): string => texts.findLast((sms) => sms.to === to)?.text ?? "",
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((closed) => smtp.close(closed));
      gateway.close();
    },
  };
}
