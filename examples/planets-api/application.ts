import { Application, attempt, ok } from "denizen";
import { argon2 } from "denizen/argon2";
import { postgres } from "denizen/drizzle";
import type { PostgresStore } from "denizen/drizzle";
import { jose } from "denizen/jose";
import { messages } from "denizen/messages";
import { PRODUCT, sendMails } from "./mails.js";
import type { Mailer } from "./mails.js";
import { Catalogue, planetMapping } from "./planet-table.js";
import { planets } from "./planet.js";
import type { Settings } from "./settings.js";

export type PlanetsApplication = ReturnType<typeof applicationOn>;

/** What the API is made of. */
export interface App extends AsyncDisposable {
  readonly application: PlanetsApplication;
  readonly catalogue: Catalogue;
}

export async function openApp(settings: Settings, mailer: Mailer): Promise<App> {
  const store = await postgres(settings.DATABASE_URL.reveal(), { mappings: { planet: planetMapping } });
  const application = applicationOn(store, settings, mailer);
  sendMails(application, mailer);
  return {
    application,
    catalogue: new Catalogue(store.database),
    [Symbol.asyncDispose]: () => application[Symbol.asyncDispose](),
  };
}

/** The domain: users who register planets. */
const applicationOn = (store: PostgresStore, { KEYS, JWT_SECRET, APP_URL }: Settings, mailer: Mailer) =>
  new Application({
    store,
    keys: KEYS,
    passwordHasher: argon2(),
    accessTokens: jose({
      issuer: "planets-api",
      audience: "planets-api",
      keys: { current: "1", keys: { 1: { algorithm: "HS256", secret: JWT_SECRET.reveal() } } },
    }),
    aggregates: { planets },
    messages: messages({ product: PRODUCT, email: mailer, links: { "revert-email": `${APP_URL}/revert_email#{token}` } }),
    subscribers: (on) => [
      // The planets of who is forgotten stay, and are nobody's: in the commit that forgets him, or neither happens.
      on("user-erased", ({ publisher: { id } }, unit) =>
        attempt(async function* () {
          // No planet of his is registered from here on.
          yield* unit.accounts.get(id, { lock: "update", removed: true });
          const { items } = yield* new Catalogue(unit).list({ where: { discoverer: id } });
          for (const row of items) (yield* unit.planets.get(row.id)).orphan();
          return ok();
        }),
      ),
    ],
  });
