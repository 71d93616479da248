import { untilStable } from "./text-value.js";

let table: Promise<ReadonlyMap<string, string>> | undefined;

/**
 * What a text looks like: two texts with one skeleton are taken for each other. The internal skeleton of UTS #39 §4 (NFD, without
 * invisible characters, each character as the one it looks like, NFD), made case-insensitive, so that 0, O and o are one as well.
 * Not for display. 45 kB of Unicode's data are loaded at the first call.
 */
export async function confusableSkeleton(text: string): Promise<string> {
  table ??= import("./data/confusables.js").then((data) => decode(data.CONFUSABLES));
  const prototypes = await table;
  return untilStable(text, (current) => {
    let skeleton = "";
    for (const character of current
      .toLowerCase()
      .normalize("NFD")
      .replace(/\p{Default_Ignorable_Code_Point}/gu, "")) {
      skeleton += prototypes.get(character) ?? character;
    }
    return skeleton.toLowerCase().normalize("NFD");
  });
}

function decode(data: string): ReadonlyMap<string, string> {
  const prototypes = new Map<string, string>();
  for (const group of data.split(",")) {
    const [target = "", sources = ""] = group.split(":");
    const prototype = String.fromCodePoint(...target.split(" ").map((digits) => Number.parseInt(digits, 36)));
    let codePoint = 0;
    for (const delta of sources.split(" ")) {
      codePoint += Number.parseInt(delta, 36);
      prototypes.set(String.fromCodePoint(codePoint), prototype);
    }
  }
  return prototypes;
}
