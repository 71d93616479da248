import { z } from "zod";
import { Application } from "denizen";
import { argon2 } from "denizen/argon2";
import { postgres } from "denizen/drizzle";
import type { Settings } from "./settings.js";
import { RegisterWorker } from "./workers.js";

/** The domain: users with a surname, who activate and deactivate their account themselves. */
export async function openApplication({ DATABASE_URL, KEYS }: Pick<Settings, "DATABASE_URL" | "KEYS">) {
  return new Application({
    store: await postgres(DATABASE_URL.reveal()),
    keys: KEYS,
    passwordHasher: argon2(),
    attributes: z.object({
      surname: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .regex(/^\P{Cc}*$/u, "must be one line"),
    }),
    accounts: { activation: "own" },
    // Each writes the application's own row in the commit of what has happened: both are there, or neither.
    subscribers: (on) => [
      on("account-opened", ({ publisher: { id }, payload: { status } }, { users, tx }) =>
        users.get(id).andThen(({ name, attributes: { surname }, primaryEmail }) =>
          new RegisterWorker({ tx }).user.create({
            id,
            name: name?.display ?? "",
            surname,
            email: primaryEmail ?? "",
            active: status === "active",
          }),
        ),
      ),
      on("account-activated", ({ publisher: { id } }, { tx }) => new RegisterWorker({ tx }).user.update({ id }, { active: true })),
      on("account-deactivated", ({ publisher: { id } }, { tx }) => new RegisterWorker({ tx }).user.update({ id }, { active: false })),
      on("account-suspended", ({ publisher: { id } }, { tx }) => new RegisterWorker({ tx }).user.update({ id }, { active: false })),
      on("account-closed", ({ publisher: { id } }, { tx }) => new RegisterWorker({ tx }).user.delete({ id })),
    ],
  });
}

export type UserApplication = Awaited<ReturnType<typeof openApplication>>;
