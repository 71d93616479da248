import type { UserMessage } from "denizen/ports";
import type { Templates } from "./templates.js";

export interface Language {
  /** As it stands in the configuration. */
  readonly locale: string;
  readonly templates: Templates;
}

/** The languages there are templates for, by their tags in lower case; the first of them is spoken where no other is asked for. */
export type Languages = readonly [Language, ...Language[]];

/** The language of that tag, or of as much of it from the front as there is: `pt-BR` is spoken to in `pt`. */
export function languageOf(asked: unknown, languages: Languages): Language | undefined {
  if (typeof asked !== "string" || asked.length > 100) return undefined;
  const parts = asked.toLowerCase().replaceAll("_", "-").split("-");
  for (let length = parts.length; length > 0; length--) {
    const tag = parts.slice(0, length).join("-");
    const found = languages.find(({ locale }) => locale.toLowerCase() === tag);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a user's attributes say of his language, where they say it in one of the usual ways. */
export const ownLanguage = ({ user: { attributes } }: UserMessage, languages: Languages): Language | undefined =>
  languageOf(attributes["locale"], languages) ?? languageOf(attributes["language"], languages);
