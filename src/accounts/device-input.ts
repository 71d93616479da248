import type { Engine } from "../engine.js";
import { invalidArgument } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import { field } from "../kernel/hostile.js";
import { findUnstorable } from "../kernel/json.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { deviceOf } from "./trusted-device.js";
import type { TrustedDevice } from "./trusted-device.js";

/** Where a log-in comes from. */
export interface DeviceRequest {
  readonly label: string | null;
  /** A trusted device has a counter of its own. */
  readonly trusted: TrustedDevice | undefined;
}

/** Reads a log-in's `device` and `trustedDevice`. One that is not trusted is a stranger's: that is no error. */
export async function deviceInput(engine: Engine, tenant: string, input: unknown): Promise<Result<DeviceRequest, InvalidArgument>> {
  const [label = null, token] = [field(input, "device"), field(input, "trustedDevice")];
  if (label !== null && !isLabel(label)) return err(invalidArgument("device", "must be well-formed text of 1 to 255 characters"));
  return ok({ label, trusted: await deviceOf(engine, tenant, token) });
}

const isLabel = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= 255 && findUnstorable(value) === undefined;
