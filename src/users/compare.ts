import type { DomainError } from "../kernel/error.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { AuthenticationMethod } from "../ports/authentication-method.js";
import type { StoreError } from "../ports/store.js";
import type { Material, Vault } from "../ports/vault.js";
import { askMethod } from "./ask-method.js";
import type { MethodFailed } from "./errors.js";

/** How one proof is compared with one user's credentials of a method. */
export interface Comparison {
  readonly key: string;
  readonly method: AuthenticationMethod<never>;
  readonly input: unknown;
  readonly tenant: string;
  readonly vault: Vault;
}

/** The credential that was proved; undefined when none was. */
type Compared = Result<string | undefined, DomainError | MethodFailed | StoreError>;

/** Races for the same material are rare, and lost twice in a row by nobody but an attacker. */
const TRIES = 3;

/** For which of the materials a proof holds. Without any it does the same work, against the method's dummy. */
export async function compare(comparison: Comparison, materials: readonly Material[]): Promise<Compared> {
  for (const material of materials) {
    const compared = await compareWith(comparison, material);
    if (compared.isErr()) return err(compared.error);
    if (compared.value) return ok(material.credentialId);
  }
  if (materials.length > 0) return ok(undefined);
  // Whatever it answers: without material there is nothing that could have been proved.
  return (await verify(comparison, undefined)).map(() => undefined);
}

/** What is replaced must have been as it was when it was compared; otherwise somebody else was first, and it is compared again. */
async function compareWith(comparison: Comparison, read: Material): Promise<Result<boolean, DomainError | MethodFailed | StoreError>> {
  const { tenant, vault } = comparison;
  let material = read;
  for (let tries = 0; tries < TRIES; tries++) {
    const proved = await verify(comparison, material);
    if (proved.isErr()) return err(proved.error);
    const { accepted, replacement } = proved.value;
    if (!accepted || replacement === undefined) return ok(accepted);
    const replaced = await vault.replace(tenant, material, replacement);
    if (replaced.isErr()) return err(replaced.error);
    if (replaced.value) return ok(true);
    const again = await vault.read(tenant, material.credentialId);
    if (again.isErr()) return err(again.error);
    if (again.value === undefined) return ok(false);
    material = again.value;
  }
  return ok(false);
}

// The method checks its own input: the compiler has done so for callers who asked it.
const verify = ({ key, method, input }: Comparison, material: Material | undefined) =>
  askMethod(key, async () => {
    const proved = await method.verify(input as never, material?.secret);
    return proved.map((answer) => ({ ...answer, accepted: answer.accepted === true }));
  });
