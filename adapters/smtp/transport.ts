import { createTransport } from "nodemailer";
import type { Settings } from "./options.js";

/** Nodemailer's pool. */
export type Transport = ReturnType<typeof transportOf>;

export function transportOf({ host, port, secure, auth, connections, tls, insecure, timeout }: Settings) {
  const { ca, ...known } = tls;
  return createTransport({
    pool: true,
    host,
    port,
    secure,
    // STARTTLS or nothing: a server, or somebody between, that does not offer it gets no message.
    ...(insecure ? { ignoreTLS: true } : { requireTLS: true }),
    tls: { ...known, ...(ca === undefined ? {} : { ca: [ca].flat() }), rejectUnauthorized: true },
    ...(auth === undefined ? {} : { auth: { user: auth.user, pass: auth.pass.reveal() } }),
    maxConnections: connections,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
