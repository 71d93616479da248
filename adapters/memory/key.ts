// U+0000 cannot occur within a part: no stored text may hold it.
export const key = (...parts: readonly string[]): string => parts.join("\u0000");
