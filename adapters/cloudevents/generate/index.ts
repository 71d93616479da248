import { writeFile } from "node:fs/promises";
import { format } from "prettier";
import { documentsOf } from "./documents.js";
import { publishedEvents } from "./payloads.js";

/** The text of every schema that is published, by the name of its file. */
export async function schemas(): Promise<ReadonlyMap<string, string>> {
  const texts = Object.entries(documentsOf(publishedEvents())).map(async ([name, document]) => {
    const text = await format(JSON.stringify(document, undefined, 2), { parser: "json", printWidth: 140 });
    return [name, text] as const;
  });
  return new Map(await Promise.all(texts));
}

/** Writes them. Those of earlier versions stay: somebody may still hold a message of theirs. */
export async function writeSchemas(folder: URL): Promise<void> {
  for (const [name, text] of await schemas()) await writeFile(new URL(name, folder), text);
}
