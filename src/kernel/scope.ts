import type { Actor } from "./actor.js";

/** Who asks, for which tenant, on whose behalf: what every event of a unit of work carries. Plain data; doors hold it. */
export interface Scope {
  /** `anonymous`, or `kind:id`. */
  readonly actor: string;
  /** The actor itself; undefined for an anonymous one. */
  readonly principal: Actor | undefined;
  readonly tenant: string;
  /** One id for everything that one request or job does; a fresh one per unit of work when left out. */
  readonly correlationId: string | undefined;
  readonly causationId: string | null;
  /** W3C `traceparent`. */
  readonly trace: string | null;
}

/** The tenant of an application that has only one. */
export const DEFAULT_TENANT = "default";

export const rootScope: Scope = {
  actor: "anonymous",
  principal: undefined,
  tenant: DEFAULT_TENANT,
  correlationId: undefined,
  causationId: null,
  trace: null,
};
