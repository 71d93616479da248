import { Application, systemActor } from "denizen";
import { memory } from "denizen/memory";
import { messages } from "denizen/messages";
import { smtp } from "denizen/smtp";
import { fastHasher, fixedClock } from "denizen/testing";
import { expect, test } from "vitest";
import { CERTIFICATE } from "../../support/tls.js";
import { deadPort, postOffice } from "./post-office.js";
import type { Arrived } from "./post-office.js";
import { LINKS } from "./sample.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PASSWORD = "correct horse battery staple";
const NEXT = "another horse battery staple";

async function world() {
  const port = await deadPort();
  const email = smtp({ host: "localhost", port, from: "Acme <no-reply@acme.example>", tls: { ca: CERTIFICATE } });
  const [clock, failures] = [fixedClock(), [] as unknown[]];
  const application = new Application({
    store: memory(),
    clock,
    passwordHasher: fastHasher(),
    accounts: { activation: "verified" },
    messages: messages({ email, product: "Acme", links: LINKS }),
    onError: (error) => failures.push(error),
  });
  const worker = application.worker({ manual: true });
  /** As a worker would in that time: tries that fail wait for the next one. */
  const pass = async (milliseconds: number): Promise<void> => {
    for (const end = clock.now() + milliseconds; clock.now() < end;) {
      const { next } = (await worker.drain())._unsafeUnwrap();
      clock.advance(Math.min(Math.max(next ?? milliseconds, 1), end - clock.now()));
    }
  };
  return {
    ...{ application, clock, port, pass, failures },
    commands: application.commands,
    admin: application.as(systemActor("admin")._unsafeUnwrap()),
    [Symbol.asyncDispose]: async () => {
      await worker.stop();
      await email[Symbol.asyncDispose]();
    },
  };
}

const person = async ({ application }: Awaited<ReturnType<typeof world>>, email: string): Promise<void> => {
  await using uow = application.unitOfWork();
  const user = (await uow.users.create({ name: "Ada", emails: [email], password: PASSWORD }))._unsafeUnwrap();
  user.verifyEmail(email)._unsafeUnwrap();
  (await uow.accounts.create({ status: "active", role: "user" }, { id: user.id }))._unsafeUnwrap();
  (await uow.commit())._unsafeUnwrap();
};

const linkIn = ({ mail }: Arrived): string => decodeURIComponent(/(?:token=|invitation\/)([^&\s]+)/.exec(String(mail.text))?.[1] ?? "");
const sentTo = (mails: readonly Arrived[], address: string): Arrived => {
  const [found, ...others] = mails.filter(({ to }) => to.includes(address));
  if (found === undefined || others.length > 0) throw new Error(`not one e-mail to ${address}`);
  return found;
};

test("what is asked for while the mail server is down for an hour is answered as ever, and arrives afterwards if it is still good", async () => {
  await using on = await world();
  const { commands, admin, pass, application } = on;
  for (const email of ["early@example.org", "late@example.org", "quick@example.org"]) await person(on, email);

  // Down. No command notices.
  (await commands.signUp({ name: "Bea", emails: ["new@example.org"], password: PASSWORD }))._unsafeUnwrap();
  (await admin.commands.inviteUser({ name: "Cleo", emails: ["guest@example.org"], role: "user" }))._unsafeUnwrap();
  (await commands.requestPasswordReset({ email: "early@example.org" }))._unsafeUnwrap();
  (await commands.requestLogIn({ email: "quick@example.org" }))._unsafeUnwrap();
  await pass(20 * MINUTE);
  (await commands.requestPasswordReset({ email: "late@example.org" }))._unsafeUnwrap();
  (await commands.requestPasswordReset({ email: "nobody@example.org" }))._unsafeUnwrap();
  await pass(40 * MINUTE + 1);

  // Up again.
  await using office = await postOffice({ port: on.port });
  expect((await application.durable.settled())._unsafeUnwrap()).toEqual({ deadLetters: 0 });
  // The log-in and the first reset have had their time, their links too: those are not sent any more.
  expect(office.mails.flatMap(({ to }) => to).sort()).toEqual(["guest@example.org", "late@example.org", "new@example.org"]);
  expect(on.failures).toEqual([]);
  // Codes live for ten minutes.
  for (const { mail } of office.mails) expect(mail.text).not.toMatch(/\d{4} \d{4}/);

  const verify = linkIn(sentTo(office.mails, "new@example.org"));
  (await commands.verifyEmail({ link: verify, password: PASSWORD }))._unsafeUnwrap();
  (await commands.logIn({ email: "new@example.org", password: PASSWORD }))._unsafeUnwrap();
  (await commands.resetPassword({ link: linkIn(sentTo(office.mails, "late@example.org")), password: NEXT }))._unsafeUnwrap();
  (await commands.logIn({ email: "late@example.org", password: NEXT }))._unsafeUnwrap();
  (await commands.acceptInvitation({ link: linkIn(sentTo(office.mails, "guest@example.org")), password: PASSWORD }))._unsafeUnwrap();
  (await commands.logIn({ email: "guest@example.org", password: PASSWORD }))._unsafeUnwrap();
});

test("an outage of some minutes costs nothing: the code that arrives is good, and there is one e-mail", async () => {
  await using on = await world();
  await person(on, "ada@example.org");
  (await on.commands.requestPasswordReset({ email: "ada@example.org" }))._unsafeUnwrap();
  await on.pass(5 * MINUTE);
  await using office = await postOffice({ port: on.port });
  await on.pass(4 * MINUTE);
  const { mail } = sentTo(office.mails, "ada@example.org");
  const [code] = /\d{4} \d{4}/.exec(String(mail.text)) ?? [];
  (await on.commands.resetPassword({ email: "ada@example.org", code: String(code), password: NEXT }))._unsafeUnwrap();
  (await on.commands.logIn({ email: "ada@example.org", password: NEXT }))._unsafeUnwrap();
});

test("a mailbox that does not exist is told of, and holds up nobody", async () => {
  await using on = await world();
  for (const email of ["gone@example.org", "ada@example.org"]) await person(on, email);
  await using office = await postOffice({
    port: on.port,
    onRcptTo: ({ address }, _session, done) =>
      done(address === "gone@example.org" ? Object.assign(new Error("no such mailbox"), { responseCode: 550 }) : null),
  });
  for (const email of ["gone@example.org", "ada@example.org"]) (await on.commands.requestPasswordReset({ email }))._unsafeUnwrap();
  expect((await on.application.durable.settled())._unsafeUnwrap()).toEqual({ deadLetters: 0 });
  expect(office.mails.flatMap(({ to }) => to)).toEqual(["ada@example.org"]);
  expect(on.failures).toMatchObject([{ code: "message-failed", permanent: true }]);
  expect(JSON.stringify(on.failures)).not.toContain("gone");
  await on.pass(HOUR);
  expect(office.mails).toHaveLength(1);
});
