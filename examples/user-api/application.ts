import { z } from "zod";
import { Application } from "denizen";
import { argon2 } from "denizen/argon2";
import { postgres } from "denizen/drizzle";
import type { Settings } from "./settings.js";

/** The domain: users with a surname, who activate and deactivate their account themselves. */
export async function openApplication({ DATABASE_URL, KEYS }: Pick<Settings, "DATABASE_URL" | "KEYS">) {
  return new Application({
    store: await postgres(DATABASE_URL.reveal()),
    keys: KEYS,
    passwordHasher: argon2(),
    attributes: z.object({ surname: z.string().trim().min(1).max(100) }),
    accounts: { activation: "own" },
  });
}

export type UserApplication = Awaited<ReturnType<typeof openApplication>>;
