/** Kills this process when the test that started it is gone: nobody would stop it any more. Keeps nothing alive. */
export function endWithParent(): void {
  process.stdin.once("end", () => process.kill(process.pid, "SIGKILL")).resume();
  if ("unref" in process.stdin) process.stdin.unref();
}
