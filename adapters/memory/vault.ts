import { Secret } from "denizen";
import type { Material, Vault } from "denizen/ports";
import { done } from "./done.js";
import { key } from "./key.js";
import type { Tables } from "./tables.js";

export function material(tables: Tables, tenant: string, credentialId: string): Material | undefined {
  const row = tables.materials.get(key(tenant, credentialId));
  return row && { credentialId, version: row.version, secret: new Secret(row.secret) };
}

export const memoryVault = (tables: Tables): Vault => ({
  read: (tenant, credentialId) => done(material(tables, tenant, credentialId)),
  replace: (tenant, expected, secret) => {
    const at = key(tenant, expected.credentialId);
    const row = tables.materials.get(at);
    if (row?.version !== expected.version) return done(false);
    tables.materials.set(at, { ...row, version: row.version + 1, secret: secret.reveal() });
    return done(true);
  },
});
