import { domainError } from "denizen";
import type { DomainError } from "denizen";
import { reasonOf } from "denizen/ports";

/** This is no CloudEvent 1.0, or cannot be made one; `reason` says why. */
export type CloudEventInvalid = DomainError<"cloud-event-invalid"> & { readonly reason: string };

/** The reason may be about what somebody else sent: its beginning is enough. */
const LONGEST_REASON = 300;

export const cloudEventInvalid = (thrown: unknown): CloudEventInvalid => {
  const reason = reasonOf(thrown).slice(0, LONGEST_REASON);
  return domainError("cloud-event-invalid", `This is no CloudEvent: ${reason}`, { reason });
};
