/**
 * The same text, kept in one piece. What `JSON.stringify` or `+` has made is in many until somebody looks into it, and takes half as
 * much memory again, or more.
 */
export const inOnePiece = (text: string): string => (text.charCodeAt(0) >= 0 ? text : "");
