import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseEnv } from "node:util";

type Settings = Readonly<Record<string, string>>;

/** What was written there before, or nothing. */
export const readSettings = (file: string): Settings => {
  const read: Readonly<Record<string, string | undefined>> = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  return Object.fromEntries(Object.entries(read).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
};

/** For `node --env-file`; there are secrets in it, so that nobody else may read it. */
export function writeSettings(file: string, settings: Settings): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name}="${value}"\n`);
  writeFileSync(file, lines.join(""), { mode: 0o600 });
}
