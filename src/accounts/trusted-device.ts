import type { Engine } from "../engine.js";
import { hex } from "../kernel/random.js";
import type { Guess } from "../ports/attempts.js";

const PURPOSE = "trusted-device";

/**
 * A device from which a user has been proved (OWASP: "Slow Down Online Guessing Attacks with Device Cookies"). What a stranger
 * guesses locks the user's common counter; the user's own devices have counters of their own. It proves nothing by itself.
 */
export const trustDevice = ({ accounts, random }: Engine, tenant: string, userId: string): Promise<string> =>
  accounts.seals.seal(PURPOSE, [tenant, userId, hex(random.bytes(16))]);

/** The counter of a device; nothing when it is none of ours, or of another tenant. */
export async function deviceOf({ accounts }: Engine, tenant: string, sealed: unknown): Promise<Guess["device"]> {
  const [ofTenant, holder, name] = (await accounts.seals.open(PURPOSE, sealed)) ?? [];
  return ofTenant === tenant && holder !== undefined && name !== undefined ? { holder, name } : undefined;
}
