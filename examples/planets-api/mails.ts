import { attempt, ok } from "denizen";
import type { DurableOptions } from "denizen";
import { layOut } from "denizen/messages";
import type { EmailContent } from "denizen/messages";
import type { Messenger, Sending } from "denizen/ports";
import type { PlanetsApplication } from "./application.js";

export type Mailer = Pick<Messenger, "sendEmail">;

export const PRODUCT = "Planets";

/** Mails leave after the commit that they tell of, in order, and until the mail server has taken them: no request waits for one. */
export function sendMails(application: PlanetsApplication, mailer: Mailer): void {
  /** To where the user is reached by now; who is gone meanwhile is told nothing. */
  const write = (id: string, content: Pick<EmailContent, "subject" | "paragraphs">, delivery: Sending) =>
    attempt(async function* () {
      await using users = application.users();
      const user = await users.read({ id });
      if (user.isErr() && user.error.code === "user-not-found") return ok();
      const to = (yield* user).primaryEmail;
      if (to === null) return ok();
      const sent = await mailer.sendEmail({ to, ...layOut({ greeting: "Hello,", closing: PRODUCT, ...content }, "en") }, delivery);
      if (sent.isOk() || !sent.error.permanent) return sent;
      // No such mailbox, say: another try would not help.
      console.error(sent.error.message);
      return ok();
    });

  application.durable.subscribe(
    "welcome",
    "user-created",
    ({ publisher: { id } }, delivery) =>
      write(
        id,
        { subject: `Welcome to ${PRODUCT}`, paragraphs: ["Your account is ready: you can log in and register planets."] },
        delivery,
      ),
    PATIENT,
  );
  application.durable.subscribe(
    "planet-registered",
    "planet-registered",
    ({ payload: { name, discoverer } }, delivery) =>
      write(
        discoverer,
        { subject: `${name} is registered`, paragraphs: [`${name} is in the catalogue, and you are its discoverer.`] },
        delivery,
      ),
    PATIENT,
  );
}

/** For a mail server that is down over a weekend. */
const PATIENT: DurableOptions = { attempts: 400, backOff: { first: 1000, longest: 15 * 60_000 } };
