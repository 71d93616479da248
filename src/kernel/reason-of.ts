/** What a thrown value says. Anything may have been thrown, also what throws when it is looked at. */
export function reasonOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } catch {
    return "an error that cannot be read";
  }
}
