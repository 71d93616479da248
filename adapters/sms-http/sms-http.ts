import { err, ok, ResultAsync } from "denizen";
import type { Result } from "denizen";
import { configured, withDeadline } from "denizen/ports";
import type { MessageFailed, Messenger, Sending, SmsMessage } from "denizen/ports";
import { messageFailed, refused } from "./failure.js";
import { settingsOf } from "./options.js";
import type { Settings, SmsHttpOptions } from "./options.js";
import { importKey, KEY_HEADER, SIGNATURE_HEADER, signatureOf, TIMESTAMP_HEADER } from "./signature.js";
import type { HmacKey } from "./signature.js";

/** Gives the keys, which WebCrypto has read once. */
type Keys = () => Promise<readonly HmacKey[]>;

/**
 * Hands an SMS to a gateway over HTTP: `POST` of `{ "to", "text", "from"? }` as JSON, with the headers `idempotency-key`, the same for
 * every try, `x-denizen-timestamp`, in seconds, and `x-denizen-signature`, which `verifySignature` checks. Any 2xx means that the gateway
 * has taken it. It follows no redirect and tries nothing again: the durable worker that calls it does.
 *
 * Error: `message-failed`; it is permanent for 400, 404, 410 and 422. Throws `ConfigurationError` when an option makes no sense.
 */
export function smsHttp(options: SmsHttpOptions): Pick<Messenger, "sendSms"> {
  const settings = configured("smsHttp", () => settingsOf(options));
  let keys: ReturnType<Keys> | undefined;
  const keysOnce: Keys = () => (keys ??= Promise.all(settings.secrets.map(importKey)));
  return Object.freeze({ sendSms: (sms: SmsMessage, sending: Sending) => new ResultAsync(send(settings, keysOnce, sms, sending)) });
}

async function send(settings: Settings, keys: Keys, sms: SmsMessage, sending: Sending): Promise<Result<void, MessageFailed>> {
  const late = new AbortController();
  // JavaScript callers know no types, and what they leave out must not become a rejection.
  const isOver = (): boolean => late.signal.aborted || sending?.signal?.aborted === true;
  try {
    const answered = await withDeadline(async () => {
      const signal = AbortSignal.any([sending.signal, late.signal]);
      return post(settings, await keys(), sms, sending.idempotencyKey, signal);
    }, settings.timeout);
    if (answered.timedOut) late.abort();
    if (answered.timedOut) return err(messageFailed("timed out"));
    return answered.value >= 200 && answered.value <= 299 ? ok(undefined) : err(refused(answered.value));
  } catch {
    // What it says may name the gateway, its key or the number.
    return err(messageFailed(isOver() ? "timed out" : "connection failed"));
  }
}

/** The status of the answer. Its body is nobody's to read: it is thrown away, however long it is. */
async function post(settings: Settings, keys: readonly HmacKey[], sms: SmsMessage, key: string, signal: AbortSignal): Promise<number> {
  const { url, from, headers, fetch, clock } = settings;
  const body = JSON.stringify({ to: sms.to, text: sms.text, ...(from === undefined ? {} : { from }) });
  const timestamp = String(Math.floor(clock.now() / 1000));
  const signature = await signatureOf(keys, { timestamp, idempotencyKey: key, body });
  const { status, body: answer } = await fetch(url, {
    method: "POST",
    headers: {
      ...headers,
      "content-type": "application/json",
      [KEY_HEADER]: key,
      [TIMESTAMP_HEADER]: timestamp,
      [SIGNATURE_HEADER]: signature,
    },
    body,
    redirect: "manual",
    signal,
  });
  answer?.cancel().catch(() => undefined);
  return status;
}
