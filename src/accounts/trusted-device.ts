import type { Engine } from "../engine.js";

const PURPOSE = "trusted-device";

/** A device from which `holder` was proved before; `name` is the device's own, `token` what it shows. */
export interface TrustedDevice {
  readonly holder: string;
  readonly name: string;
  readonly token: string;
}

/**
 * A device from which a user has been proved (OWASP: "Slow Down Online Guessing Attacks with Device Cookies"). What a stranger
 * guesses locks the user's common counter; the user's own devices have counters of their own. It proves nothing by itself. `name` is
 * 128 random bits, for a device that is new to him.
 */
export async function trustDevice(
  { accounts }: Engine,
  tenant: string,
  userId: string,
  { shown, name }: { readonly shown: TrustedDevice | undefined; readonly name: string },
): Promise<string> {
  // Somebody else's on the same machine stays his: this user gets one of his own.
  return shown?.holder === userId ? shown.token : accounts.seals.seal(PURPOSE, [tenant, userId, name]);
}

/** The device that shows a token; nothing when it is none of ours, or of another tenant. */
export async function deviceOf({ accounts }: Engine, tenant: string, token: unknown): Promise<TrustedDevice | undefined> {
  if (typeof token !== "string") return undefined;
  const [ofTenant, holder, name] = (await accounts.seals.open(PURPOSE, token)) ?? [];
  return ofTenant === tenant && holder !== undefined && name !== undefined ? { holder, name, token } : undefined;
}
