/** Asks something of a value that came from anywhere: where the value itself throws (a proxy, a getter), the answer is no. */
export function holds(question: () => boolean): boolean {
  try {
    return question();
  } catch {
    return false;
  }
}
