import { domainError, err, ok, okAsync, ResultAsync, Secret } from "denizen";
import type { DomainError } from "denizen";
import type { AuthenticationMethod, Enrolled } from "denizen/ports";

export type PinInvalid = DomainError<"pin-invalid">;
export type PinUnavailable = DomainError<"pin-unavailable">;

/** A method of a host's own, as small as one can be: a PIN that is asked for digit by digit is good once each (as a TOTP step is). */
export interface PinMethod extends AuthenticationMethod<string, PinInvalid | PinUnavailable> {
  readonly calls: { verify: number };
  mode: "works" | "is down" | "throws" | "answers nonsense";
}

/**
 * Codes `pin:step`: the step must be greater than the last one that was accepted, which the material remembers. Proved by enrolling it
 * unless told otherwise.
 */
export function steppedPin({ confirmed = true }: { readonly confirmed?: boolean } = {}): PinMethod {
  return {
    calls: { verify: 0 },
    mode: "works",
    enrol: (pin) =>
      new ResultAsync(
        Promise.resolve(
          /^\d{4}$/.test(pin)
            ? ok<Enrolled>({ secret: new Secret(`${pin}:0`), label: `ends in ${pin.slice(-1)}`, confirmed })
            : err(domainError("pin-invalid", "a PIN has four digits")),
        ),
      ),
    verify(input, material) {
      this.calls.verify++;
      if (this.mode === "throws") throw new Error("a bug of the method's");
      if (this.mode === "answers nonsense") return undefined as never;
      if (this.mode === "is down") return new ResultAsync(Promise.resolve(err(domainError("pin-unavailable", "the device is down"))));
      const [pin, step] = String(input).split(":");
      const [stored, last] = (material?.reveal() ?? "none:0").split(":");
      const accepted = material !== undefined && pin === stored && Number(step) > Number(last);
      return okAsync(accepted ? { accepted, replacement: new Secret(`${stored}:${step}`) } : { accepted });
    },
  };
}
