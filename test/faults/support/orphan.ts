/** Ends this process when the test that started it is gone: nobody would stop it any more. Keeps nothing alive. */
export function endWithParent(): void {
  process.stdin.once("end", () => process.exit(1)).resume();
  if ("unref" in process.stdin) process.stdin.unref();
}
