import { attempt, ok } from "denizen";
import type { SignUpApplication } from "./application.js";

/**
 * Who has just proved his e-mail address is sent a code to his phone. Not sooner: a text to one's own phone would tell whether the address
 * of somebody else was free, and anybody could have texts sent to numbers that he finds.
 */
export function textTheirPhones(application: SignUpApplication): void {
  application.durable.subscribe("text-their-phones", "account-activated", ({ publisher }) =>
    attempt(async function* () {
      await using users = application.users();
      const user = await users.read({ id: publisher.id });
      // Gone meanwhile: there is nobody to send it to.
      if (user.isErr() && user.error.code === "user-not-found") return ok();
      const { primaryPhone } = yield* user;
      if (primaryPhone === null) return ok();
      const asked = await application.commands.requestPhoneVerification({ phone: primaryPhone });
      // Asked for a moment ago, it is on its way.
      return asked.isErr() && asked.error.code === "too-many-attempts" ? ok() : asked;
    }),
  );
}
