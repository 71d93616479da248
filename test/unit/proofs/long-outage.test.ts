import { expect, test } from "vitest";
import { domainError, errAsync } from "denizen";
import type { Messages } from "denizen/ports";
import { codeOf } from "../../support/codes.js";
import { DAY, deliver, HOUR, NEXT, person, world } from "./world.js";

const BOB = "bob@example.com";

/** A carrier that takes nothing before a time. */
const downUntil =
  (isUp: () => boolean) =>
  (post: Messages): Messages => ({
    send: (message, sending) =>
      isUp()
        ? post.send(message, sending)
        : errAsync(domainError("message-failed", "the message was not sent", { permanent: false, detail: "down" })),
  });

test("a carrier that is down for a day loses no invitation, and holds nothing back afterwards", async () => {
  const times = { end: 0 };
  const on = world({ through: downUntil(() => on.clock.now() >= times.end) });
  times.end = on.clock.now() + DAY;
  expect(codeOf(await on.admin.commands.inviteUser({ name: "Bob", emails: [BOB], role: "user" }))).toBe("ok");
  // Lets the waits pass by the clock.
  expect(await deliver(on)).toEqual({ deadLetters: 0 });
  expect(on.clock.now()).toBeGreaterThanOrEqual(times.end);
  const { link = "" } = on.post.last({ to: BOB, kind: "invitation" }) ?? {};
  expect(codeOf(await on.application.commands.acceptInvitation({ link, password: NEXT }))).toBe("ok");
  expect(on.failures).toEqual([]);
});

test("what has had its time when the carrier is back is not sent: of a reset neither the code nor the link", async () => {
  const times = { end: 0 };
  const on = world({ through: downUntil(() => on.clock.now() >= times.end) });
  await person(on, { emails: [BOB], proved: [BOB] });
  times.end = on.clock.now() + 2 * HOUR;
  expect(codeOf(await on.application.commands.requestPasswordReset({ email: BOB }))).toBe("ok");
  expect(await deliver(on)).toEqual({ deadLetters: 0 });
  expect(on.post.all({ kind: "reset-password" })).toEqual([]);
});

test("a notice goes to no e-mail that is a mere claim beside a proved phone", async () => {
  const on = world();
  const id = await person(on, { emails: ["mistyped@example.com"], phones: ["+34600123456"], proved: ["+34600123456"] });
  await using users = on.application.users();
  const user = (await users.read({ id }))._unsafeUnwrap();
  (await user.setPassword(NEXT))._unsafeUnwrap();
  (await users.save(user))._unsafeUnwrap();
  await deliver(on);
  expect(on.post.letters).toEqual([]);
});
