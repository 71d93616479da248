import { describe, expect, test } from "vitest";
import { Secret } from "denizen";
import type { UserMessage } from "denizen/ports";
import { mailbox } from "denizen/testing";
import { codeOf } from "../../support/codes.js";

const AT = "2026-01-01T00:00:00.000Z";
const { signal } = new AbortController();

const message = (
  to: string,
  { kind = "log-in", code = "12345678" }: { kind?: UserMessage["kind"]; code?: string | null } = {},
): UserMessage => ({
  kind,
  channel: "email",
  to,
  tenant: "default",
  user: { id: "ada", name: null, attributes: {} },
  code: code === null ? null : { text: new Secret(code), expiresAt: AT },
  link: code === null ? null : { token: new Secret(`link of ${code}`), expiresAt: AT },
  at: AT,
  detail: null,
});

async function filled() {
  const post = mailbox();
  const sent = [
    message("a"),
    message("b", { kind: "new-device", code: null }),
    message("a", { kind: "new-device", code: null }),
    message("a", { code: "1" }),
  ];
  for (const [index, one] of sent.entries()) (await post.send(one, { idempotencyKey: `k${index}`, signal }))._unsafeUnwrap();
  return post;
}

describe("a mailbox", () => {
  test("keeps what arrives, oldest first, with its secrets readable", async () => {
    const { letters } = await filled();
    expect(letters.map(({ to, code, link }) => [to, code, link])).toEqual([
      ["a", "12345678", "link of 12345678"],
      ["b", undefined, undefined],
      ["a", undefined, undefined],
      ["a", "1", "link of 1"],
    ]);
    expect(letters[0]).toMatchObject({ kind: "log-in", tenant: "default", user: { id: "ada" }, at: AT, idempotencyKey: "k0" });
  });

  test.each([
    [undefined, ["k0", "k1", "k2", "k3"]],
    [{ to: "a" }, ["k0", "k2", "k3"]],
    [{ kind: "new-device" }, ["k1", "k2"]],
    [{ to: "a", kind: "new-device" }, ["k2"]],
    [{ to: "c" }, []],
  ] as const)("finds by %j", async (filter, keys) => {
    const post = await filled();
    expect(post.all(filter).map(({ idempotencyKey }) => idempotencyKey)).toEqual(keys);
    expect(post.last(filter)?.idempotencyKey).toBe(keys.at(-1));
  });

  test("takes what comes twice under one key for one", async () => {
    const post = mailbox();
    for (const to of ["a", "b"]) expect(codeOf(await post.send(message(to), { idempotencyKey: "k", signal }))).toBe("ok");
    expect(post.letters.map(({ to }) => to)).toEqual(["a"]);
  });

  test("forgets, and what it has given out stays as it was", async () => {
    const post = await filled();
    const { letters } = post;
    post.clear();
    expect([letters.length, post.letters.length, post.last()]).toEqual([4, 0, undefined]);
    expect(codeOf(await post.send(message("a"), { idempotencyKey: "k0", signal }))).toBe("ok");
    expect(post.letters).toHaveLength(1);
  });

  test.each([undefined, {}, { permanent: false }, { permanent: true }])("is down as it is told (%j), and up again", async (failure) => {
    const post = mailbox();
    post.down(failure);
    const error = (await post.send(message("a"), { idempotencyKey: "k", signal }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ code: "message-failed", permanent: failure?.permanent ?? false, detail: "down" });
    expect(post.letters).toEqual([]);
    post.up();
    expect(codeOf(await post.send(message("a"), { idempotencyKey: "k", signal }))).toBe("ok");
    expect(post.letters).toHaveLength(1);
  });
});
