import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What their compilers are given. The quick tour is the project's own; the servers that it starts are none of a consumer's. */
const SOURCES = {
  nothing: "export {};\n",
  "zod alone": `
    import { array, email, object, string } from "zod";
    const person = object({ name: string(), emails: array(email()), phones: array(string()).optional() });
    export const parsed = person.safeParse({ name: "John Doe", emails: ["john@doe.com"] });`,
  "drizzle-orm alone": `
    import { eq } from "drizzle-orm";
    import { pgTable, text } from "drizzle-orm/pg-core";
    import { drizzle } from "drizzle-orm/postgres-js";
    const phoneAudit = pgTable("phone_audit", { phone: text().notNull(), userId: text("user_id").notNull() });
    const database = drizzle("postgres://localhost/audit");
    await database.transaction((tx) => tx.insert(phoneAudit).values({ phone: "+34600123456", userId: "john" }));
    export const audited = await database.select().from(phoneAudit).where(eq(phoneAudit.userId, "john"));`,
  "denizen in memory": `
    import { Application, attempt, ok } from "denizen";
    import { argon2 } from "denizen/argon2";
    import { memory } from "denizen/memory";
    await using application = new Application({ store: memory(), passwordHasher: argon2() });
    application.bus.subscribe("email-added", (event) => console.log(event.payload.email));
    export const created = await attempt(async function* () {
      await using users = application.users();
      const user = yield* users.create({ name: "John Doe" });
      yield* user.setPassword("correct horse battery staple");
      yield* user.addEmail("john@doe.com");
      yield* users.save(user);
      return ok(user.id);
    });
    const loggedIn = await application.commands.logIn({ email: "john@doe.com", password: "correct horse battery staple" });
    console.log(loggedIn.isErr() ? loggedIn.error.code : loggedIn.value);`,
  "denizen, the quick tour": "examples/quick-tour.ts",
} as const;

const SUPPORT = {
  "story.ts": `
    export const chapter = (title: string): void => console.log(title);
    export const tell = (line: string): void => console.log(line);`,
  "postgres.ts": `
    interface Database extends AsyncDisposable { readonly url: string }
    export declare function startPostgres(): Promise<Database>;
    export declare function createDatabase(server: string): Promise<Database>;`,
};

export type Consumer = keyof typeof SOURCES;

// `keys` forgets which they are.
export const CONSUMERS = Object.keys(SOURCES) as readonly Consumer[];

/** A project in a folder, with a folder for each consumer by its number. Packages are the project's, and denizen as it is published. */
export async function settle(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "denizen"), { recursive: true });
  await cp("package.json", join(modules, "denizen/package.json"));
  await cp("dist", join(modules, "denizen/dist"), { recursive: true });
  const packages = (await readdir("node_modules")).filter((name) => !name.startsWith("."));
  await Promise.all(packages.map((name) => symlink(join(process.cwd(), "node_modules", name), join(modules, name), "junction")));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await mkdir(join(folder, "support"));
  for (const [file, source] of Object.entries(SUPPORT)) await writeFile(join(folder, "support", file), source);
  for (const [index, source] of Object.values(SOURCES).entries()) {
    await mkdir(join(folder, String(index)));
    const code = source.endsWith(".ts") ? (await readFile(source, "utf8")).replaceAll('"./support/', '"../support/') : source;
    await writeFile(join(folder, String(index), "main.ts"), code);
  }
}
