import { fileURLToPath } from "node:url";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The entry points as their sources, as tsconfig.json's `paths` have them: tests need no build. */
export const alias = [
  { find: /^denizen$/, replacement: source("./src/index.ts") },
  { find: /^denizen\/(ports|testing)$/, replacement: source("./src/$1/index.ts") },
  { find: /^denizen\/([a-z0-9-]+)$/, replacement: source("./adapters/$1/index.ts") },
];
