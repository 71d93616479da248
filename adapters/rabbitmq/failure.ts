import { domainError } from "denizen";
import { reasonOf } from "denizen/ports";
import type { PublishFailed } from "denizen/ports";

export const publishFailed = (thrown: unknown): PublishFailed => {
  const detail = reasonOf(thrown);
  return domainError("publish-failed", `RabbitMQ did not take the event: ${detail}`, { detail });
};
