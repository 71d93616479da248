import { PARTITIONS } from "denizen/ports";

/** Any hash will do that spreads and stays (FNV-1a here). */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 16)) & (PARTITIONS - 1);
}
