import { readFile } from "node:fs/promises";
import { join } from "node:path";

const README = new URL("../../examples/README.md", import.meta.url);
const HEADING = "## An application as the start of your product\n";

/** How an app is copied, as examples/README.md has it. */
export interface Recipe {
  readonly copy: string;
  readonly manifest: object;
  readonly compiler: { readonly compilerOptions: object; readonly include: readonly string[] };
  readonly secrets: string;
  /** The lines that make its tables and run it from its sources, and those that build it and run what was built. */
  readonly fromSources: readonly string[];
  readonly built: readonly string[];
  readonly apps: ReadonlyMap<string, Steps>;
}

/** What is different from app to app. */
interface Steps {
  /** All packages that are to be installed, as npm is told of them. */
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  /** What is to be done after the compiler. */
  readonly afterwards: string;
}

export async function readRecipe(): Promise<Recipe> {
  const section = (await readFile(README, "utf8")).split(HEADING)[1]?.split("\n## ")[0] ?? "";
  const [copy = "", install = "", secrets = "", fromSources = "", built = ""] = blocks(section, "sh");
  const [manifest = "", compiler = ""] = blocks(section, "json");
  const rows = [...section.matchAll(/^\| ([a-z]+-api) \|(.*)\|(.*)\|$/gm)];
  return {
    copy,
    manifest: JSON.parse(manifest) as object,
    compiler: JSON.parse(compiler) as Recipe["compiler"],
    secrets,
    fromSources: fromSources.split("\n"),
    built: built.split("\n"),
    apps: new Map(
      rows.map(([, app = "", packages = "", afterwards = ""]) => [
        app,
        { ...installed(`${install}\n${commands(packages)}`), afterwards: commands(afterwards) },
      ]),
    ),
  };
}

const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)\n\`\`\`$`, "gms"))].map(([, block = ""]) => block);

const commands = (cell: string): string => [...cell.matchAll(/`(.+?)`/g)].map(([, command = ""]) => command).join("\n");

function installed(install: string): Pick<Steps, "dependencies" | "devDependencies"> {
  const lines = [...install.matchAll(/^npm install (--save-dev )?(.+)$/gm)];
  const named = (dev: boolean) => lines.filter(([, flag]) => (flag !== undefined) === dev).flatMap(([, , names = ""]) => names.split(" "));
  return { dependencies: named(false), devDependencies: named(true) };
}

/** `@scope/name` of `@scope/name@1` and of `@scope/name/part`. */
export const nameOf = (spec: string): string => /^(?:@[^/]+\/)?[^/@]+/.exec(spec)?.[0] ?? spec;

/** For a package.json: denizen as it was packed, and what all apps need in the versions that the apps are tested with in this repository. */
export async function packagesOf({ apps }: Recipe, tarball: string, root: string): Promise<object> {
  const pinned = async (specs: readonly string[]) => Object.fromEntries(await Promise.all(specs.map((spec) => pin(spec, tarball, root))));
  const steps = [...apps.values()];
  return {
    dependencies: await pinned(steps.flatMap(({ dependencies }) => dependencies)),
    devDependencies: await pinned(steps.flatMap(({ devDependencies }) => devDependencies)),
  };
}

async function pin(spec: string, tarball: string, root: string): Promise<readonly [string, string]> {
  const name = nameOf(spec);
  if (name === "denizen") return [name, `file:${tarball}`];
  const { version } = JSON.parse(await readFile(join(root, "node_modules", name, "package.json"), "utf8")) as { version: string };
  if (!`${name}@${version}`.startsWith(spec)) throw new Error(`the recipe installs ${spec}, and ${version} is what is tested`);
  return [name, version];
}
