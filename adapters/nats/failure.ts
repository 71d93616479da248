import { domainError } from "denizen";
import type { PublishFailed } from "denizen/ports";

export const publishFailed = (thrown: unknown): PublishFailed => {
  const detail = reasonOf(thrown);
  return domainError("publish-failed", `NATS did not take the event: ${detail}`, { detail });
};

/** Anything may have been thrown, also what throws when it is looked at. */
function reasonOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return "an error that cannot be read";
  }
}
