import type { UnitAccess } from "./definition.js";
import { domainError } from "./error.js";
import { err } from "./result.js";
import { rootScope } from "./scope.js";
import type { Scope } from "./scope.js";

/** What is lent to an aggregate that is in no unit of work, because it shows how one was: nothing that it does is written. */
export const detached = (scope: Scope = rootScope): UnitAccess => ({
  scope,
  usable: () => err(domainError("unit-closed", "this shows how an aggregate was, and belongs to no unit of work")),
  inTransaction: false,
  putSecret: () => undefined,
  dropSecret: () => undefined,
  pendingSecret: () => undefined,
});
