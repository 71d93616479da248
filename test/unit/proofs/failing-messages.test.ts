import { describe, expect, test } from "vitest";
import { domainError, errAsync } from "denizen";
import type { Messages, UserMessage } from "denizen/ports";
import { codeOf } from "../../support/codes.js";
import { arrived, deliver, MINUTE, NEXT, person, world } from "./world.js";

const ADA = "ada@example.com";

interface Try {
  readonly key: string;
  readonly code: string | undefined;
  readonly link: string | undefined;
}

/** Messages whose first tries come to this, with a record of every try. */
function flaky(...outcomes: readonly ("transient" | "permanent" | "throws" | "rejects" | "sends and fails")[]) {
  const tries: Try[] = [];
  const through = (post: Messages): Messages => ({
    send: (message: UserMessage, sending) => {
      const outcome = outcomes[tries.length];
      tries.push({ key: sending.idempotencyKey, code: message.code?.text.reveal(), link: message.link?.token.reveal() });
      const failed = domainError("message-failed", "the message was not sent", { permanent: outcome === "permanent", detail: "test" });
      if (outcome === "throws") throw new Error("a bug of the host's");
      if (outcome === "rejects") return Promise.reject(new Error("a bug of the host's")) as never;
      if (outcome === "sends and fails") return post.send(message, sending).andThen(() => errAsync(failed));
      return outcome === undefined ? post.send(message, sending) : errAsync(failed);
    },
  });
  return { tries, through };
}

async function asked(through?: (post: Messages) => Messages) {
  const on = world(through === undefined ? {} : { through });
  const id = await person(on, { emails: [ADA], password: null });
  return { on, id, commands: on.application.commands };
}

describe("a message that cannot be sent now", () => {
  test("is tried again, with the same key, the same code and a link as good", async () => {
    const { tries, through } = flaky("transient", "throws", "rejects");
    const { on, commands } = await asked(through);
    expect(codeOf(await commands.requestEmailVerification({ email: ADA }))).toBe("ok");
    expect(await deliver(on)).toEqual({ deadLetters: 0 });
    expect(tries).toHaveLength(4);
    expect(new Set(tries.map(({ key, code }) => `${key} ${code ?? "none"}`)).size).toBe(1);
    expect(on.post.letters).toHaveLength(1);
    expect(on.failures).toEqual([]);
    // The first of the links, which was lost on its way.
    expect(codeOf(await commands.verifyEmail({ link: tries[0]?.link ?? "" }))).toBe("ok");
  });

  test("and was sent all the same arrives once", async () => {
    const { tries, through } = flaky("sends and fails");
    const { on, commands } = await asked(through);
    (await commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    await deliver(on);
    expect([tries.length, on.post.letters.length]).toEqual([2, 1]);
  });

  test("is not tried beyond its time: nothing is left of it", async () => {
    const { on, commands } = await asked();
    on.post.down();
    const phone = await person(on, { name: "Bob", phones: ["+34600123456"] });
    expect(codeOf(await commands.requestPhoneVerification({ phone: "+34600123456" }))).toBe("ok");
    expect(await deliver(on)).toEqual({ deadLetters: 0 });
    on.post.up();
    expect(await arrived(on)).toEqual([]);
    expect(phone).not.toBe("");
  });

  test("holds nothing up that is another user's", async () => {
    const { tries, through } = flaky("transient", "transient");
    const { on, commands } = await asked(through);
    await person(on, { name: "Bob", emails: ["bob@example.com"] });
    (await commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    (await commands.requestEmailVerification({ email: "bob@example.com" }))._unsafeUnwrap();
    expect([...(await arrived(on))].sort()).toEqual([`verify-email → ${ADA}`, "verify-email → bob@example.com"]);
    expect(tries).toHaveLength(4);
  });
});

describe("a message that can never be sent", () => {
  test("is told once, is not tried again, and the next one of its user goes out", async () => {
    const { tries, through } = flaky("permanent");
    const { on, id, commands } = await asked(through);
    (await commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    expect(await deliver(on)).toEqual({ deadLetters: 0 });
    expect(tries).toHaveLength(1);
    expect(on.failures).toMatchObject([
      { error: { code: "message-failed", permanent: true, detail: "test" }, event: { type: "challenge-issued", subject: id } },
    ]);
    on.clock.advance(MINUTE);
    (await commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    expect(await arrived(on)).toEqual([`verify-email → ${ADA}`]);
    expect(on.failures).toHaveLength(1);
  });
});

test.each([{ permanent: false }, { permanent: true }])(
  "whether messages go out is nothing that a command's answer shows: %j",
  async (failure) => {
    const { on, id, commands } = await asked();
    on.post.down(failure);
    const answers = [
      await commands.requestEmailVerification({ email: ADA }),
      await commands.requestPasswordReset({ email: ADA }),
      await commands.requestLogIn({ email: ADA }),
      await on.admin.commands.forcePasswordReset({ id }),
      await on.admin.commands.inviteUser({ name: "Bob", emails: ["bob@example.com"], role: "user" }),
      await commands.signUp({ name: "Eve", emails: ["eve@example.com"], password: NEXT }),
    ];
    expect(answers.map(codeOf)).toEqual(answers.map(() => "ok"));
  },
);
