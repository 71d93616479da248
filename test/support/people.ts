import { Application } from "denizen";
import { memory } from "denizen/memory";
import { fastHasher, fixedClock } from "denizen/testing";
import { steppedPin } from "./pin.js";

export const PASSWORD = "correct horse battery staple";

/** An application with passwords, PINs and a clock of the test's own, and Ada, who has both. */
export async function people(store = memory({ lockTimeout: 500 })) {
  const [clock, hasher, pin] = [fixedClock(), fastHasher(), steppedPin()];
  const application = new Application({ store, clock, passwordHasher: hasher, methods: { pin }, attempts: { limit: 5, first: 60_000 } });
  await using users = application.users();
  const ada = (
    await users.create({ name: "Ada Lovelace", username: "ada", emails: ["ada@example.com"], phones: ["+34600123456"], password: PASSWORD })
  )._unsafeUnwrap();
  (await ada.enrol("pin", "1843"))._unsafeUnwrap();
  (await users.save(ada))._unsafeUnwrap();
  return { application, store, clock, hasher, pin, id: ada.id };
}

export type People = Awaited<ReturnType<typeof people>>;
