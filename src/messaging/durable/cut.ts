import type { DeliveryError } from "../../ports/deliveries.js";

// Why a handler was cut off through no fault of its own: the event counts as not tried, and nobody is told but figures and signals.

const because = (code: string, message: string): DeliveryError => ({ code, message });

export const STOPPED = because("worker-stopped", "the worker was stopped");

export const LOST = because("lease-lost", "another worker has taken over");

export const isCutOff = (failure: DeliveryError): boolean => failure === STOPPED || failure === LOST;
