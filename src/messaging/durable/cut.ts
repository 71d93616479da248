import type { DeliveryError } from "../../ports/deliveries.js";

// Why a handler was cut off through no fault of its own: the event counts as not tried.

export const STOPPED: DeliveryError = { code: "worker-stopped", message: "the worker was stopped" };

export const LOST: DeliveryError = { code: "lease-lost", message: "another worker has taken over" };

export const isCutOff = (failure: DeliveryError): boolean => failure === STOPPED || failure === LOST;
