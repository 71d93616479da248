import { constants, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const BESIDE = fileURLToPath(new URL("../../.data/", import.meta.url));

/**
 * Where an app's data are on this machine: in `DATA_FOLDER`, or beside the code. A PostgreSQL that is started by root runs as another
 * user; where that one cannot get in, it is a folder of the system's.
 */
export function dataFolder(name: string): string {
  const { DATA_FOLDER: given = "" } = process.env;
  if (given !== "") return resolve(given, name);
  const beside = resolve(BESIDE, name);
  return process.getuid?.() !== 0 || isOpenToAll(dirname(BESIDE)) ? beside : join("/var/tmp", beside.slice(1).replaceAll("/", "-"));
}

const isOpenToAll = (path: string): boolean =>
  (statSync(path).mode & constants.S_IXOTH) !== 0 && (dirname(path) === path || isOpenToAll(dirname(path)));
