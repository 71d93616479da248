import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { serverUrl } from "../support/database.js";

const ACCOUNTS = [
  "and has a profile since the same commit: true",
  "a wrong password and an unknown user: invalid-credentials, invalid-credentials",
  "the thief: refresh-token-invalid; Ada: refresh-token-invalid; the access token that is still signed: not-authenticated",
  "Ada grants herself admin: not-authorized",
  "Charles does: done",
  "and it is gone at once: not-authorized",
  "Ada is suspended: done; her session: not-authenticated",
  "a log-in: account-deactivated",
  "- charles: active, user and super-admin",
];

const EVENTS = [
  "Ada has signed up: true; mails sent so far: 0",
  "try 3: welcome, Ada Lovelace",
  "newsletter gave up email-added after 2 tries: the newsletter is full; behind it wait 2",
  "replayed: 1; then it heard email-added, email-added, email-removed",
  "- username-changed, by herself",
  "at version 2 she had 1 e-mail and 0 credentials, at 6 1",
];

/** What each example says when it tells its story to the end. */
const VERIFICATION = [
  "the account is pending",
  "a mail has arrived: Confirm your e-mail address for Planets",
  "followed by anybody: credentials-unproved",
  "followed by who knows the password: verified",
  "and once more: challenge-invalid",
  "mistyped: challenge-invalid",
  "typed right: verified, and the account is active",
  "logging in: signed-in",
  "a stranger's and Ada's answers are alike: true",
  "reset: true; the old password: invalid-credentials",
  "by the code in the mail: signed-in",
  "the same code again: challenge-invalid",
];

const STORIES: Readonly<Record<string, readonly string[]>> = {
  "quick-tour": [
    "his password prints as ******",
    "a wrong password: invalid-credentials",
    "the right one: proved by password",
    "John Doe is created: true; audit rows: +34600123456",
    "Jhony is refused: vetoed, mailbox-full",
    "and nothing of him is left: user-not-found, audit rows: 0",
  ],
  "own-domain": [
    "discovered: true; lines in the logbook: 1",
    "the latest entry: Vulcan is not there, says Johann",
    "line 1000: row-not-found",
    "vetoed: abroad",
    "a second Vulcan: planet-known",
    "flushed into your transaction: true",
    "William is there: true",
  ],
  accounts: ACCOUNTS,
  "accounts --postgres": ACCOUNTS,
  events: EVENTS,
  "events --postgres": EVENTS,
  verification: VERIFICATION,
  "verification --postgres": VERIFICATION,
};

describe.each(Object.entries(STORIES))("examples/%s", (call, lines) => {
  test("tells its story to the end", async () => {
    const env = { ...process.env, DATABASE_URL: serverUrl() };
    const [name = "", ...flags] = call.split(" ");
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--import", "tsx", `examples/${name}.ts`, ...flags], { env });
    for (const line of lines) expect(stdout).toContain(line);
    expect(stderr).toBe("");
  }, 30_000);
});
