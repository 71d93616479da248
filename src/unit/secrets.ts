import type { Secret } from "../kernel/secret.js";
import type { VaultChange } from "../ports/vault.js";

/** Secret material of a unit that waits for its commit. */
export class PendingSecrets {
  readonly #changes = new Map<string, VaultChange>();

  put(credentialId: string, owner: string, secret: Secret): void {
    this.#changes.set(credentialId, { put: credentialId, owner, secret });
  }

  drop(credentialId: string): void {
    this.#changes.set(credentialId, { drop: credentialId });
  }

  get(credentialId: string): Secret | undefined {
    const change = this.#changes.get(credentialId);
    return change !== undefined && "put" in change ? change.secret : undefined;
  }

  /** Hands over what is waiting; from then on it is the flush's. */
  take(): readonly VaultChange[] {
    const changes = [...this.#changes.values()];
    this.#changes.clear();
    return changes;
  }
}
