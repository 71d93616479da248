import { createHash } from "node:crypto";
import type { EmailMessage } from "denizen/ports";
import { domainOf } from "./mailbox.js";
import type { Settings } from "./options.js";

/** One e-mail as nodemailer takes it: text and HTML of the same, to one recipient. */
export function mailOf({ from, replyTo }: Settings, to: string, { subject, text, html }: EmailMessage, idempotencyKey: string) {
  const key = createHash("sha256").update(idempotencyKey).digest("hex");
  return {
    // The recipient is one address, whatever is in it: a list would be read from a text.
    envelope: { from: from.address, to: [to] },
    from: { ...from },
    to: { name: "", address: to },
    ...(replyTo === undefined ? {} : { replyTo: { ...replyTo } }),
    subject,
    text,
    html,
    // The same for every try, so that whoever gets it twice can see that.
    messageId: `<${key}@${domainOf(from.address)}>`,
    headers: {
      // RFC 3834: nobody's out-of-office reply comes back.
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "X-Entity-Ref-ID": key,
    },
  };
}
