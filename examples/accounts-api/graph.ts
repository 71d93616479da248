import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { instance } from "@viz-js/viz";
import ts from "typescript";

// The picture of what depends on what, drawn from the code itself: `npx tsx examples/accounts-api/draw.ts`.

export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** What draws the picture is not in it. */
const DRAWING: readonly string[] = ["graph.ts", "draw.ts"];

const APP = dirname(fileURLToPath(import.meta.url));

/** From the outside to the inside. Arrows go down this list, never up. */
export const LAYERS = ["programs", "http", "application", "domain and settings", "denizen"] as const;

const isOneOf =
  (...modules: readonly string[]) =>
  (module: string): boolean =>
    modules.includes(module);

const MEMBERS: readonly ((module: string) => boolean)[] = [
  isOneOf("server.ts", "migrate.ts", "super-admin.ts"),
  (module) => /(?:routes|views)\.ts$/.test(module) || isOneOf("http.ts", "failures.ts", "signed-in.ts", "support/web")(module),
  isOneOf("application.ts", "profiles/use-cases.ts"),
  isOneOf("profiles/profile.ts", "profiles/table.ts", "settings.ts", "config/files.ts"),
  (module) => /^denizen(?:$|\/)/.test(module),
];

/** Where in `LAYERS` a module is; -1 when it has no place. */
export const layerOf = (module: string): number => MEMBERS.findIndex((isMember) => isMember(module));

/** What the app's modules import: of each other, of the web support, and of denizen. */
export const arrowsOf = (): readonly Arrow[] =>
  readdirSync(APP, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !DRAWING.includes(path))
    .map((path) => path.replaceAll("\\", "/"))
    .sort()
    .flatMap((from) => importsOf(from).map((to) => ({ from, to })));

const importsOf = (module: string): readonly string[] =>
  [...new Set(specifiersOf(module).flatMap((name) => resolved(module, name)))].sort();

export const specifiersOf = (module: string): readonly string[] =>
  ts.preProcessFile(readFileSync(join(APP, module), "utf8")).importedFiles.map(({ fileName }) => fileName);

function resolved(from: string, specifier: string): readonly string[] {
  if (/^denizen(?:$|\/)/.test(specifier)) return [specifier];
  if (!specifier.startsWith(".")) return [];
  const path = posix.join(posix.dirname(from), specifier);
  if (!path.startsWith("../")) return [path.replace(/\.js$/, ".ts")];
  return path.startsWith("../support/web/") ? ["support/web"] : [];
}

/** For Graphviz: a box for each layer, one below the other, and a colour for each context. */
export function dotOf(arrows: readonly Arrow[]): string {
  const modules = [...new Set(arrows.flatMap(({ from, to }) => [from, to]))].sort();
  return [
    "digraph {",
    '  graph [rankdir=TB, ranksep=0.35, nodesep=0.15, fontname="sans-serif", newrank=true];',
    '  node [shape=box, style="filled,rounded", fontname="sans-serif", fontsize=11, height=0.3];',
    '  edge [color="#64748b", arrowsize=0.6];',
    ...LAYERS.flatMap((layer, index) =>
      boxOf(
        layer,
        index,
        modules.filter((module) => layerOf(module) === index),
      ),
    ),
    ...arrows.map(({ from, to }) => `  "${from}" -> "${to}";`),
    "}\n",
  ].join("\n");
}

/** Everything in a box stands between two points that nobody sees, the second of which is above the next box. */
const boxOf = (layer: string, index: number, modules: readonly string[]): readonly string[] => [
  `  subgraph cluster_${index} {`,
  `    label="${layer}"; labeljust=l; style=rounded; color="#cbd5e1";`,
  `    top_${index}, bottom_${index} [shape=point, style=invis, height=0, width=0];`,
  ...modules.flatMap((module) => [
    `    "${module}" [fillcolor="${colourOf(module)}"];`,
    `    top_${index} -> "${module}" -> bottom_${index} [style=invis];`,
  ]),
  "  }",
  ...(index === 0 ? [] : [`  bottom_${index - 1} -> top_${index} [style=invis];`]),
];

const COLOURS: Readonly<Record<string, string>> = { accounts: "#bfdbfe", profiles: "#bbf7d0", denizen: "#fde68a" };

const colourOf = (module: string): string => COLOURS[module.split("/")[0] ?? ""] ?? "#f1f5f9";

export async function svgOf(dot: string): Promise<string> {
  const viz = await instance();
  // The version of Graphviz stands in a comment, and is nothing of the picture.
  return `${viz
    .renderString(dot, { format: "svg" })
    .replaceAll(/<!--[^]*?-->\n?/g, "")
    .trim()}\n`;
}

export const PICTURE = join(APP, "docs", "dependencies.svg");
