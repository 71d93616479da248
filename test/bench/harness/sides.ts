import { emptyDatabase, raw } from "./database.js";

export type Named<Value> = Readonly<Record<string, Value>>;

/** One after the other. */
export async function eachOf<From, To>(all: Named<From>, change: (one: From, name: string) => Promise<To>): Promise<Named<To>> {
  const changed: Record<string, To> = {};
  for (const [name, one] of Object.entries(all)) changed[name] = await change(one, name);
  return changed;
}

/** A database for each side, with its tables. */
export async function databasesOf(
  sides: Named<{ prepare(url: string): Promise<void> }>,
): Promise<{ readonly urls: Named<string> } & AsyncDisposable> {
  const databases = await eachOf(sides, async (side) => {
    const database = await emptyDatabase();
    await side.prepare(database.url);
    return database;
  });
  return {
    urls: await eachOf(databases, async ({ url }) => url),
    [Symbol.asyncDispose]: async () => {
      for (const database of Object.values(databases)) await database[Symbol.asyncDispose]();
    },
  };
}

/** Statistics: plans that were made for empty tables are none that anybody runs. */
export const analyze = (urls: Named<string>): Promise<unknown> => eachOf(urls, (url) => onDatabase(url, "analyze"));

/** Where no time is measured, commits of connections that are opened from now on need not wait for the disk. */
export const relax = (urls: Named<string>): Promise<unknown> =>
  eachOf(urls, (url) => onDatabase(url, `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`));

async function onDatabase(url: string, command: string): Promise<void> {
  const client = raw(url, 1);
  await client.unsafe(command);
  await client.end();
}
