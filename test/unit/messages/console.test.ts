import { consoleMessenger, messages } from "denizen/messages";
import { expect, test, vi } from "vitest";
import { LINKS, sample, sending } from "./sample.js";

const written = (): { lines: string[]; messenger: ReturnType<typeof consoleMessenger> } => {
  const lines: string[] = [];
  return { lines, messenger: consoleMessenger((text) => void lines.push(text)) };
};

test("what would be sent is written, to be read while developing", async () => {
  const { lines, messenger } = written();
  const post = messages({ email: messenger, sms: messenger, product: "Acme", links: LINKS });
  (await post.send(sample("log-in"), sending()))._unsafeUnwrap();
  (await post.send(sample("verify-phone"), sending()))._unsafeUnwrap();
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^E-mail to ada@example\.org\nSubject: Log in to Acme\n\nHello Ada Lovelace,\n/);
  expect(lines[0]).toContain("1234 5678");
  expect(lines[0]).toContain("https://app.example/in#");
  expect(lines[0]).not.toContain("<p");
  expect(lines[1]).toMatch(/^SMS to \+34600000001\n\nAcme: 12345678 /);
});

test("it is written to the console unless told otherwise", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    (await consoleMessenger().sendSms({ to: "+34600000001", text: "hi" }, sending()))._unsafeUnwrap();
    expect(log.mock.calls).toEqual([["SMS to +34600000001\n\nhi\n"]]);
  } finally {
    log.mockRestore();
  }
});

test("a console that throws is a failure that says nothing of what was to be sent", async () => {
  const messenger = consoleMessenger((text) => {
    throw new Error(text);
  });
  const failure = (await messenger.sendSms({ to: "+34600000001", text: "12345678" }, sending()))._unsafeUnwrapErr();
  expect(failure).toMatchObject({ code: "message-failed", permanent: false });
  expect(JSON.stringify(failure)).not.toMatch(/1234|346/);
});
