import { afterEach, beforeEach, expect, test } from "vitest";
import { Application, domainError, errAsync } from "denizen";
import { memory } from "denizen/memory";
import type { Messages } from "denizen/ports";
import { smsHttp, verifySignature } from "denizen/sms-http";
import { fastHasher, fixedClock } from "denizen/testing";
import { codeOf } from "../../support/codes.js";
import { SECRET, gateway } from "./gateway.js";
import type { Gateway, Received } from "./gateway.js";

const PHONE = "+34600123456";
const MINUTE = 60_000;

let at: Gateway;
beforeEach(async () => {
  at = await gateway();
});
afterEach(() => at.close());

/** An application whose codes go over the gateway, with one user and his phone. */
async function world() {
  const clock = fixedClock();
  const { sendSms } = smsHttp({ url: at.url, secret: SECRET, clock });
  const messages: Messages = {
    send: ({ to, code }, sending) =>
      code === null
        ? errAsync(domainError("message-failed", "the message was not sent: no code", { permanent: true, detail: "no code" }))
        : sendSms({ to, text: code.text.reveal() }, sending),
  };
  const failures: unknown[] = [];
  const onError = (error: unknown): unknown => failures.push(error);
  const application = new Application({ store: memory(), clock, passwordHasher: fastHasher(), messages, onError });
  await using uow = application.unitOfWork();
  const user = (await uow.users.create({ name: "Ada", phones: [PHONE] }))._unsafeUnwrap();
  (await uow.accounts.create({ status: "active", role: "user" }, { id: user.id }))._unsafeUnwrap();
  (await uow.commit())._unsafeUnwrap();
  const settled = async () => (await application.durable.settled())._unsafeUnwrap();
  await settled();
  const ask = async (phone = PHONE) => codeOf(await application.commands.requestPhoneVerification({ phone }));
  return { application, clock, failures, ask, settled };
}

const textOf = ({ body }: Received): string => String((JSON.parse(body) as { readonly text: unknown }).text);
const keysOf = (all: readonly Received[]): readonly unknown[] => [...new Set(all.map(({ headers }) => headers["idempotency-key"]))];

test("an hour without the gateway changes no answer, and an expired code is not sent when it is over", async () => {
  const { application, clock, failures, ask, settled } = await world();
  const until = clock.now() + 60 * MINUTE;
  const taken: Received[] = [];
  at.answer((response) => {
    const isUp = clock.now() >= until;
    const last = at.received.at(-1);
    if (isUp && last !== undefined) taken.push(last);
    response.writeHead(isUp ? 202 : 503).end();
  });

  expect([await ask(), await ask("+34600000000")]).toEqual(["ok", "ok"]);
  expect(await settled()).toEqual({ deadLetters: 0 });
  const tries = at.received.length;
  expect(tries).toBeGreaterThan(3);
  expect(keysOf(at.received)).toHaveLength(1);
  const [expired] = at.received.map(textOf);

  clock.set(Math.max(clock.now(), until));
  await settled();
  expect([at.received.length, taken.length]).toEqual([tries, 0]);

  expect(await ask()).toBe("ok");
  await settled();
  expect(at.received).toHaveLength(tries + 1);
  expect(keysOf(at.received)).toHaveLength(2);
  const [code] = taken.map(textOf);
  expect(code).toMatch(/^\d{8}$/);
  expect(codeOf(await application.commands.verifyPhone({ phone: PHONE, code: expired ?? "" }))).not.toBe("ok");
  expect(codeOf(await application.commands.verifyPhone({ phone: PHONE, code: code ?? "" }))).toBe("ok");
  expect(failures).toEqual([]);
});

test("a gateway that is busy gets the same message under the same key until it has taken it, signed anew each time", async () => {
  const { application, clock, ask, settled } = await world();
  const verified: boolean[] = [];
  at.answer((response) => {
    const { headers, body } = at.received.at(-1) ?? {};
    const check = verifySignature({ secret: SECRET, headers: headers ?? {}, body: body ?? "", now: clock.now(), tolerance: 1000 });
    check.then(
      (isGood) => {
        verified.push(isGood);
        response.writeHead(at.received.length < 4 ? 429 : 202).end();
      },
      () => response.destroy(),
    );
  });
  expect(await ask()).toBe("ok");
  await settled();
  expect(verified).toEqual([true, true, true, true]);
  expect(keysOf(at.received)).toHaveLength(1);
  expect(new Set(at.received.map(({ body }) => body)).size).toBe(1);
  // The waits are seconds, but cut at random.
  expect(new Set(at.received.map(({ headers }) => headers["x-denizen-timestamp"])).size).toBeGreaterThan(1);
  await settled();
  expect(at.received).toHaveLength(4);
  const [code] = at.received.map(textOf);
  expect(codeOf(await application.commands.verifyPhone({ phone: PHONE, code: code ?? "" }))).toBe("ok");
});

test("a number that cannot be is tried once, and told", async () => {
  const { failures, ask, settled } = await world();
  at.answer(422);
  expect(await ask()).toBe("ok");
  expect(await settled()).toEqual({ deadLetters: 0 });
  expect(at.received).toHaveLength(1);
  expect(failures).toEqual([expect.objectContaining({ code: "message-failed", permanent: true, detail: "http 422" })]);
});
