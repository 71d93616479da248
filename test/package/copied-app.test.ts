import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { freshDatabase } from "../support/database.js";
import { documented, stories } from "./app-stories.js";
import { nameOf, packagesOf, readRecipe } from "./recipe.js";
import { fetched, output, run } from "./run.js";
import type { Ended } from "./run.js";
import { shell, starting } from "./shell.js";
import type { Started } from "./shell.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const recipe = await readRecipe();
const apps = [...recipe.apps];

let folder: string;
let compiling: Promise<Ended>;
let databases: AsyncDisposable[];

const folderOf = (app: string): string => join(folder, app);

/** Every app in a folder of its own, as a reader copies it. They share an installation and a run of the compiler, which cost most. */
beforeAll(async () => {
  databases = [];
  folder = await mkdtemp(join(tmpdir(), "denizen-copied-"));
  await symlink(root, join(folder, "denizen"));
  for (const [app] of apps) {
    await mkdir(folderOf(app));
    await shell(recipe.copy.replace("APP=user-api", `APP=${app}`), folderOf(app));
    await writeFile(join(folderOf(app), "package.json"), JSON.stringify(recipe.manifest));
  }
  const packages = await packagesOf(recipe, inject("tarball"), root);
  await writeFile(join(folder, "package.json"), JSON.stringify({ ...recipe.manifest, ...packages }));
  await output("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], folder);

  const include = apps.flatMap(([app]) => recipe.compiler.include.map((name) => `${app}/${name}`));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ ...recipe.compiler, include }));
  // It has a core of its own while the apps run from their sources on the other.
  compiling = run(process.execPath, ["node_modules/typescript/bin/tsc"], folder);
});

afterAll(async () => {
  await compiling;
  for (const database of databases) await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test("the recipe knows every app", async () => {
  const folders = await readdir(join(root, "examples"));
  expect(apps.map(([app]) => app).sort()).toEqual(folders.filter((name) => name.endsWith("-api")).sort());
});

test("nothing of the apps comes with the package", async () => {
  const installed = join(folder, "node_modules/denizen");
  expect((await readdir(installed)).sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "dist", "package.json"]);
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as Record<string, object>;
  expect(Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => /hono|swagger/.test(name))).toEqual([]);
  const files = (await readdir(join(installed, "dist"))).filter((name) => /[jt]s$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(installed, "dist", name), "utf8")));
  expect(texts.filter((text) => /["'](?:@hono\/|hono["'/])/.test(text))).toEqual([]);
});

describe.each(apps)("%s from its sources", (app, { dependencies }) => {
  test("needs the packages that the recipe names, and no others", async () => {
    const names = dependencies.map(nameOf).filter((name) => name !== "denizen");
    const programs = ["server", "worker", "migrate", "admin", "super-admin"].map((name) => join(folderOf(app), "src", `${name}.ts`));
    const { metafile } = await build({
      entryPoints: programs.filter(existsSync),
      bundle: true,
      write: false,
      outdir: "out",
      format: "esm",
      platform: "node",
      external: names,
      metafile: true,
    });
    // What was installed for other apps, and is not among the names, would be bundled with denizen.
    const bundled = Object.keys(metafile.inputs).flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    expect([...new Set(bundled)].sort()).toEqual(["denizen", "mitt", "uuidv7"]);
    const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
    const used = imported.map(({ path }) => nameOf(path)).filter((name) => !name.startsWith("node:"));
    // Its files are read, and not imported.
    expect([...new Set([...used, "swagger-ui-dist"])].sort()).toEqual([...names].sort());
  });

  test("makes its tables and listens", async () => {
    const database = await freshDatabase();
    databases.push(database);
    await shell(recipe.secrets.replace(/(?<=DATABASE_URL=)[^"]+/, database.url), folderOf(app));
    const [migrate = "", serve = ""] = recipe.fromSources;
    await shell(migrate, folderOf(app));
    await using server = await starting(serve, folderOf(app));
    await documented(addressOf(server));
    expect(await server.end()).toBe(0);
  });
});

describe("as JavaScript", () => {
  beforeAll(async () => {
    await compiling;
    for (const [app, { afterwards }] of apps) {
      await rename(join(folder, "dist", app), join(folderOf(app), "dist"));
      await shell(afterwards, folderOf(app));
    }
  });

  // The declarations of denizen itself are checked by types.test.ts. Those of drizzle-orm and Hono do not pass, and take 25 seconds.
  test("every app compiles against the package, and strictly", async () => {
    expect(recipe.compiler.compilerOptions).toMatchObject({ strict: true });
    expect(await compiling).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test.each(apps)("%s does what it is for", (app) => tellsItsStory(app, process.execPath));

  test.concurrent.each([22, 24])("accounts-api does so on Node %i", async (major) => {
    const node = await fetched(`node@${String(major)}`, "node", ["--print", "process.execPath"], folder);
    await tellsItsStory("accounts-api", node.trim());
  });
});

async function tellsItsStory(app: string, node: string): Promise<void> {
  const [, serve = ""] = recipe.built;
  const here = folderOf(app);
  await using server = await starting(serve, here, node);
  await using worker = existsSync(join(here, "src/worker.ts")) ? await starting(serve.replace("server", "worker"), here, node) : server;
  const url = addressOf(server);
  const email = `ada.${process.hrtime.bigint().toString(36)}@example.com`;
  await stories[app]?.({ url, said: () => worker.said() }, email);
  await documented(url);
  expect([await worker.end(), await server.end()]).toEqual([0, 0]);
}

const addressOf = (server: Started): string => /http:\S+/.exec(server.said())?.[0] ?? "";
