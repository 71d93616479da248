/** How an app runs on a developer's machine, by `npm run example:NAME`. */
export interface Local {
  /** Settings that are made once and then kept, secrets among them. */
  environment(): Readonly<Record<string, string>>;
  /** Its processes beside the one that makes the tables: `server.ts`, and `worker.ts` where it has one. */
  readonly processes: readonly ("server" | "worker")[];
  /** What to try, said to whoever has started it: commands that can be pasted. `settings` is the file that the other commands of the app read. */
  tryIt(url: string, settings: string): string;
}
