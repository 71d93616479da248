import { z } from "zod";
import { Application } from "denizen";
import { argon2 } from "denizen/argon2";
import { postgres } from "denizen/drizzle";
import { jose } from "denizen/jose";
import { messages } from "denizen/messages";
import type { Messenger } from "denizen/ports";
import type { Settings } from "./settings.js";
import { textTheirPhones } from "./text-their-phones.js";

const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(longest, `must have at most ${longest} characters`)
    .regex(/^\P{Cc}*$/u, "must be one line");

/** What this application knows of a user beside name, e-mail and phone. */
export const attributes = z.object({ surname: line(100), hobbies: z.array(line(50)).max(20, "must be 20 at most") });

/**
 * The domain: who has proved his e-mail address is in; his phone can be proved then. Whether an address is taken is told to nobody.
 * Only a process with a messenger can send; the others leave it to that one.
 */
export async function openApplication(settings: Settings, messenger?: Messenger) {
  const { DATABASE_URL, KEYS, PUBLIC_URL } = settings;
  const application = new Application({
    store: await postgres(DATABASE_URL.reveal()),
    keys: KEYS,
    passwordHasher: argon2(),
    attributes,
    accounts: { activation: "verified", verify: ["email"], enumerationProtection: true },
    accessTokens: jose({ issuer: PUBLIC_URL, audience: PUBLIC_URL, keys: signingKeys(settings) }),
    ...(messenger === undefined ? {} : { messages: said(messenger, settings) }),
  });
  textTheirPhones(application);
  return application;
}

export type SignUpApplication = Awaited<ReturnType<typeof openApplication>>;

/** The token stands in the fragment, which browsers send to no server. */
const said = (messenger: Messenger, { PUBLIC_URL }: Settings) =>
  messages({ product: "Sign-up", email: messenger, sms: messenger, links: { "verify-email": `${PUBLIC_URL}/confirm#{token}` } });

const signingKeys = ({ JWT_KEYS: { current, keys } }: Settings) => ({
  current,
  keys: Object.fromEntries(Object.entries(keys).map(([id, secret]) => [id, { algorithm: "HS256" as const, secret }])),
});
