import { randomBytes } from "node:crypto";
import { openApp } from "../../examples/planets-api/application.js";
import { http } from "../../examples/planets-api/http.js";
import { openMailer } from "../../examples/planets-api/mailer.js";
import { createPlanetTable } from "../../examples/planets-api/planet-table.js";
import { settingsFrom } from "../../examples/planets-api/settings.js";
import { postOffice } from "../../examples/support/post-office.js";
import { systemActor } from "denizen";
import { migratedDatabase, resources, serve } from "./client.js";
import type { Answer } from "./client.js";

export const password = "correct horse battery staple";
export const vulcan = { planet_name: "Vulcan", planet_type: "rocky", home_star: "Sun", mass: 0.1, radius: 0.2, distance: 0.9 };

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

/** The API on a database of its own, with a mail server beside it. */
export async function openWorld() {
  const { use, close } = resources();
  const database = use(await migratedDatabase(createPlanetTable));
  const post = use(await postOffice("unused"));
  const settings = settingsFrom({
    DATABASE_URL: database.url,
    KEYS: `1:${randomBytes(32).toString("base64")}`,
    JWT_SECRET: randomBytes(32).toString("hex"),
    SMTP_URL: `smtp://127.0.0.1:${post.smtp.port}`,
    SMTP_INSECURE: "true",
  });
  const mailer = use(openMailer(settings));
  const { application, ...app } = use(await openApp(settings, mailer));
  const { call } = use(await serve(http({ application, ...app })));
  let people = 0;

  /** Somebody who has signed up and logged in. */
  async function person(): Promise<Person> {
    const email = `person${++people}@example.com`;
    const signedUp = await call("POST", "/api/v1/users", { json: { first_name: "Ada", last_name: "Lovelace", email, password } });
    const loggedIn = await call("POST", "/api/v1/login", { json: { email, password } });
    return { id: textIn(signedUp, "id"), email, token: textIn(loggedIn, "access_token") };
  }

  /** What the command `admin.ts` does. */
  async function makeAdmin({ id }: Person): Promise<void> {
    const command = systemActor("admin-command")._unsafeUnwrap();
    (await application.as(command).commands.grantRole({ id, role: "admin" }))._unsafeUnwrap();
  }

  /** Every mail is where it should be. */
  const delivered = async (): Promise<void> => void (await application.durable.settled())._unsafeUnwrap();

  return { settings, application, call, post, person, makeAdmin, delivered, close };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A text in the body of an answer. */
export function textIn({ status, body }: Answer, name: string): string {
  const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
  if (typeof value !== "string") throw new Error(`${status} without ${name}: ${JSON.stringify(body)}`);
  return value;
}

/** Status and body, of which there is nothing else to be seen. */
export const seen = ({ status, body }: Answer) => ({ status, body });

/** A problem as clients see it. */
export const problem = (status: number, code: string, title: string, rest: object = {}) => ({
  status,
  body: { type: `tag:denizen-js.github.io,2026:${code}`, title, status, code, ...rest },
});
