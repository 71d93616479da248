import { Application, accountEvents, challengeEvents, proofEvents, sessionEvents, systemActor, userEvents } from "denizen";
import type { DomainEvent, Result } from "denizen";
import { memory } from "denizen/memory";
import { fastHasher, fixedClock, mailbox } from "denizen/testing";
import { steppedPin } from "../support/pin.js";

const PASSWORD = "correct horse battery staple";
const NEXT = "a second battery of correct horses";
const THIRD = "a third battery of correct horses";

/** What denizen itself can tell. */
export const OWN_TYPES = Object.keys({ ...userEvents, ...proofEvents, ...challengeEvents, ...accountEvents, ...sessionEvents }).sort();

function must<Value>(result: Result<Value, { readonly code: string }>): Value {
  if (result.isErr()) throw new Error(result.error.code);
  return result.value;
}

function mustNot(result: Result<unknown, unknown>): void {
  if (result.isOk()) throw new Error("this was to be refused");
}

/** A life in which everything happens at least once, as the bus tells it. */
export async function story(): Promise<readonly DomainEvent[]> {
  const heard: DomainEvent[] = [];
  const post = mailbox();
  const methods = { pin: steppedPin({ confirmed: false }) };
  const shared = { store: memory(), clock: fixedClock(), passwordHasher: fastHasher(), methods, messages: post };
  const application = new Application(shared);
  application.bus.subscribe("*", (event) => heard.push(event));
  const { commands } = application;
  const system = application.as(must(systemActor("tests"))).commands;

  const signedUp = must(await commands.signUp({ name: "Ada", username: "ada", emails: ["ada@example.com"], password: PASSWORD }));
  if (signedUp.status !== "signed-in") throw new Error(signedUp.status);
  const id = signedUp.userId;
  const logIn = async (password: string) => {
    const loggedIn = must(await commands.logIn({ email: "ada@example.org", password, device: "laptop" }));
    if (loggedIn.status !== "signed-in") throw new Error(loggedIn.status);
    return { tokens: loggedIn, own: application.as(must(await application.authenticate(loggedIn.accessToken))).commands };
  };

  await using users = application.users();
  const user = must(await users.read({ id }));
  must(user.rename({ given: "Ada", family: "King" }));
  must(user.addEmail("ada@example.org"));
  must(user.verifyEmail("ada@example.org"));
  must(user.makePrimaryEmail("ada@example.org"));
  must(user.removeEmail("ada@example.com"));
  for (const phone of ["+34600123456", "+34600123457"]) must(user.addPhone(phone));
  must(user.verifyPhone("+34600123457"));
  must(user.makePrimaryPhone("+34600123457"));
  must(user.removePhone("+34600123456"));
  must(user.removeUsername());
  must(await user.setAttributes({ hobbies: ["engines"] }));
  const pin = must(await user.enrol("pin", "1843"));
  must(await users.save(user));
  must(await user.confirmCredential({ pin: "1843:1" }));
  must(user.removeCredential(pin.id));
  must(await users.save(user));

  const { tokens } = await logIn(PASSWORD);
  mustNot(await commands.logIn({ email: "ada@example.org", password: "wrong horse battery staple" }));
  must(await commands.refresh(tokens));
  shared.clock.advance(60_000);
  mustNot(await commands.refresh(tokens));
  const { own } = await logIn(PASSWORD);
  must(await own.changePassword({ current: PASSWORD, next: NEXT }));
  must(await own.logOut());

  must(await system.forcePasswordReset({ id }));
  must(await application.durable.settled());
  must(await commands.resetPassword({ link: post.last({ kind: "reset-password" })?.link ?? "", password: THIRD }));
  must(await commands.requestLogIn({ phone: "+34600123457" }));

  must(await system.grantRole({ id, role: "admin" }));
  must(await system.revokeRole({ id, role: "admin" }));
  must(await system.suspendAccount({ id, reason: "a test" }));
  must(await system.activateAccount({ id }));
  must(await commands.deactivateOwn({ email: "ada@example.org", password: THIRD }));
  await using leaving = application.users();
  const leaver = must(await leaving.read({ id }));
  must(leaver.remove());
  must(await leaving.save(leaver));
  must(await system.eraseUser({ id }));

  const quiet = new Application({ ...shared, accounts: { enumerationProtection: true, activation: "administrator" } });
  quiet.bus.subscribe("*", (event) => heard.push(event));
  for (let time = 0; time < 2; time++) must(await quiet.commands.signUp({ name: "Eve", emails: ["eve@example.com"], password: PASSWORD }));
  return heard;
}
