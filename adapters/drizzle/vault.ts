import { Secret } from "denizen";
import type { Material } from "denizen/ports";
import type { Run } from "./database.js";
import type { Names } from "./names.js";
import { statement } from "./sql.js";

/** The credential vault, outside of change sets. */
export function vault({ quoted: t }: Names) {
  const read = statement(`select version, secret from ${t.vault} where tenant = $1::text and credential_id = $2::text`);

  const replace = statement(`update ${t.vault} set version = version + 1, secret = $4::text
where tenant = $1::text and credential_id = $2::text and version = $3::text::integer returning 1`);

  return {
    read: async (run: Run, tenant: string, credentialId: string): Promise<Material | undefined> => {
      const [row] = await run(read, [tenant, credentialId]);
      return row && { credentialId, version: Number(row["version"]), secret: new Secret(String(row["secret"])) };
    },
    replace: async (run: Run, tenant: string, { credentialId, version }: Material, secret: Secret): Promise<boolean> => {
      const rows = await run(replace, [tenant, credentialId, String(version), secret.reveal()]);
      return rows.length > 0;
    },
  };
}
