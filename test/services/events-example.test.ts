import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { natsUrl } from "../support/brokers.js";

test("examples/events.ts: the same events arrive over NATS in another process, with ids alone", async () => {
  const call = ["--import", "tsx", "examples/events.ts", "--nats", natsUrl];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, call, { env: process.env });
  expect(stderr).toBe("");
  const told = stdout.slice(stdout.indexOf("The same events"));
  for (const type of ["user-created", "email-added", "log-in-succeeded", "username-changed"]) expect(told).toContain(`denizen.${type}`);
  expect(told.match(/with ids alone: true/g)).toHaveLength(12);
  expect(told).not.toContain("with ids alone: false");
}, 30_000);
