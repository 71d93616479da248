import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
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

/** The one that users start first is started as they do; the others are told in this process, which has read the package already. */
const [FRONT_PAGE = "", ...OTHERS] = Object.keys(STORIES);

const env = () => ({ ...process.env, DATABASE_URL: serverUrl() });

test(`examples/${FRONT_PAGE} tells its story to the end, as a program`, async () => {
  const call = ["--import", "tsx", `examples/${FRONT_PAGE}.ts`];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, call, { env: env() });
  for (const line of STORIES[FRONT_PAGE] ?? []) expect(stdout).toContain(line);
  expect(stderr).toBe("");
}, 30_000);

test.each(OTHERS)(
  "examples/%s tells its story to the end",
  async (call) => {
    const [name = "", ...flags] = call.split(" ");
    const told = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const complained = vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.stubEnv("DATABASE_URL", serverUrl());
    const { argv } = process;
    process.argv = [...argv.slice(0, 2), ...flags];
    try {
      // Another address for each: what was imported is not imported again.
      const address = `../../examples/${name}.ts?${flags.join()}`;
      await import(/* @vite-ignore */ address);
      const story = told.mock.calls.flat().join("\n");
      for (const line of STORIES[call] ?? []) expect(story).toContain(line);
      expect(complained).not.toHaveBeenCalled();
    } finally {
      process.argv = argv;
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
    }
  },
  30_000,
);
